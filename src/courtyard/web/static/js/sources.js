// The Sources page: sends files with their progress shown, and lets htmx swap what is being read.
// Without script the same form does it, and the browser shows how far it is.

// Answers of our own server are put into the page by htmx, and by nothing else.
const answers = window.trustedTypes?.createPolicy("answers", {
  createHTML: (text) => text,
  createScript: () => "",
});
if (answers) htmx.registerExtension("answers", { init: (inside) => inside.initSecurity(answers) });

// What is not the part asked for (a sign-in, a refusal) is opened as the page it is; while files are
// on their way this page stays, and what they are answered decides.
document.addEventListener("htmx:before:response", (event) => {
  const { response } = event.detail.ctx;
  if (response.raw.ok && !response.raw.redirected) return;
  event.preventDefault();
  if (!isSending) location.reload();
});

let isSending = false;
const form = document.getElementById("hand-in");
const sending = document.getElementById("sending");
const refusal = document.getElementById("not-sent");

function say(sentence) {
  refusal.textContent = sentence;
  refusal.hidden = !sentence;
  if (sentence) refusal.focus();
}

function busy(is) {
  isSending = is;
  sending.hidden = !is;
  form.querySelector("button[type=submit]").disabled = is;
  window.onbeforeunload = is ? (event) => event.preventDefault() : null;
}

function show({ loaded, total, lengthComputable }) {
  if (!lengthComputable) return;
  const share = Math.floor((100 * loaded) / total);
  document.getElementById("sent").value = share;
  document.getElementById("sent-share").textContent = `${share} %`;
}

function answered(request) {
  busy(false);
  const { next, error } = request.response ?? {};
  if (next) location.assign(next);
  else if (error) say(error);
  else if (request.status >= 500) say(form.dataset.fault);
  else if (request.status) location.reload(); // a sign-in or a refusal: the page says which
  else say(form.dataset.broken);
}

function send(event) {
  const size = [...document.getElementById("files").files].reduce((sum, { size }) => sum + size, 0);
  event.preventDefault();
  say(size > Number(form.dataset.room) ? form.dataset.noRoom : "");
  if (!refusal.hidden) return;
  const body = new FormData(form);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.upload.addEventListener("progress", show);
  request.addEventListener("loadend", () => answered(request));
  busy(true);
  request.send(body);
}

form?.addEventListener("submit", send);
