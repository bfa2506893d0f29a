"""Plan turns places into turfs and walks: numpy in, numpy out.

No clock, no reading or writing, no web framework. Every search takes a seed and a budget (and,
where somebody may not want to wait for it, ``stop``), gives the same answer for the same seed, and
reports what it found. ``network`` is what is walked on.
"""
