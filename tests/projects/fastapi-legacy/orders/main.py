import uvicorn
from fastapi import Depends, FastAPI
from redis import Redis

from orders import store
from orders.counter import counter

app = FastAPI(title="Orders")


@app.get("/health")
def health():
    return {"status": "ok"}


@app.post("/orders/{item}", status_code=201)
def order(item: str, count: Redis = Depends(counter)):
    with store.connect() as connection:
        number = store.add(connection, item)
    return {"number": number, "ordered": count.incr(f"ordered:{item}")}


if __name__ == "__main__":
    uvicorn.run("orders.main:app", host="127.0.0.1", port=8001, reload=True)
