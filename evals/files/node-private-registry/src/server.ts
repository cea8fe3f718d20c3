import { greet } from "@acme/greeting";
import express from "express";

const app = express();
app.get("/health", (_request, response) => {
  response.json({ status: "ok" });
});
app.get("/hello/:name", (request, response) => {
  response.json({ hello: greet(request.params.name) });
});

const port = Number(process.env.PORT ?? 3000);
const server = app.listen(port, () => console.log(`listening on ${port}`));
process.on("SIGTERM", () => server.close());
