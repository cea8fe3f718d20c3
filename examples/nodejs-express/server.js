const express = require("express");

const app = express();
const port = process.env.PORT || 3000;

app.get("/health", (_request, response) => response.json({ status: "ok" }));
app.get("/hello/:name", (request, response) => response.json({ hello: request.params.name }));

const server = app.listen(port, () => console.log(`listening on ${port}`));
process.on("SIGTERM", () => server.close(() => process.exit(0)));
