from fastapi import FastAPI

app = FastAPI()


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "up"}


@app.get("/tides/{harbour}")
def tides(harbour: str) -> dict[str, object]:
    return {"harbour": harbour, "high": ["03:12", "15:40"], "low": ["09:25", "21:51"]}
