"""Pages that read across the apps. They translate; what they show is computed beside them."""
