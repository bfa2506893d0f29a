"""The journal writes down every act once: what was done, by whom, when, never in which words."""
