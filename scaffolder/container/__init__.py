"""What hand-written container files say. Pure: texts in, `model.container` out."""
