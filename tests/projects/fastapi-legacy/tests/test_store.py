from orders import store


class Cursor:
    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def execute(self, statement, values=()):
        self.values = values

    def fetchone(self):
        return (1,)


class Connection:
    def cursor(self):
        return Cursor()


def test_add_returns_the_number_of_the_order():
    assert store.add(Connection(), "tea") == 1
