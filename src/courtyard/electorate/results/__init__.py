"""Election results: layouts, rows, contests gathered from files, and saved as datasets."""
