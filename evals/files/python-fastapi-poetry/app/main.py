"""Where a parcel is: one table, two routes, and one for the health probe."""

import os

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import create_engine, text
from sqlalchemy.pool import StaticPool

DATABASE_URL = os.environ.get("DATABASE_URL", "sqlite://")
engine = create_engine(
    DATABASE_URL, **({"poolclass": StaticPool} if DATABASE_URL == "sqlite://" else {})
)
with engine.begin() as connection:
    connection.execute(
        text("CREATE TABLE IF NOT EXISTS parcels (number INTEGER PRIMARY KEY, place TEXT NOT NULL)")
    )

app = FastAPI(title="parcels")


class Parcel(BaseModel):
    number: int
    place: str


@app.get("/health")
def health() -> dict[str, str]:
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    return {"status": "ok"}


@app.get("/parcels/{number}")
def read(number: int) -> Parcel:
    with engine.connect() as connection:
        row = connection.execute(
            text("SELECT number, place FROM parcels WHERE number = :number"), {"number": number}
        ).one_or_none()
    if row is None:
        raise HTTPException(status_code=404, detail="no such parcel")
    return Parcel(number=row.number, place=row.place)
