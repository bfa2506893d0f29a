// Asks the server for JSON. Who was signed out meanwhile gets the page anew, which says so.
export async function ask(address) {
  const answer = await fetch(address);
  if (answer.ok && !answer.redirected) return answer.json();
  if (answer.redirected) location.reload();
  return null;
}
