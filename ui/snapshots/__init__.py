"""Files of finished comparisons: library, open, save, recover, export."""
