"""Amounts in hundredths."""


class Money:
    def __init__(self, hundredths):
        self.hundredths = hundredths

    def __add__(self, other):
        return Money(self.hundredths + other.hundredths)

    def __str__(self):
        return f"{self.hundredths / 100:.2f}"
