"""What was booked, and what it comes to."""

from common.money import Money
from flask import Flask
from shared.settings import currency
from shared.tables import table

app = Flask(__name__)

BOOKINGS = [("paper", Money(1250)), ("ink", Money(1999))]


@app.get("/health")
def health():
    return {"status": "ok"}


@app.get("/total")
def total():
    amount = sum((money for _, money in BOOKINGS), Money(0))
    return {"total": f"{amount} {currency()}"}


@app.get("/bookings")
def bookings():
    return table([(name, str(money)) for name, money in BOOKINGS]), 200, {"Content-Type": "text/plain"}
