import os

import psycopg2

TABLE = "CREATE TABLE IF NOT EXISTS orders (number serial PRIMARY KEY, item text NOT NULL)"


def connect():
    return psycopg2.connect(os.environ["DATABASE_URL"])


def add(connection, item: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
        cursor.execute("INSERT INTO orders (item) VALUES (%s) RETURNING number", (item,))
        return cursor.fetchone()[0]
