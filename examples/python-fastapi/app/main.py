from fastapi import FastAPI

app = FastAPI(title="orders")


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/orders/{number}")
def order(number: int) -> dict[str, int]:
    return {"number": number}
