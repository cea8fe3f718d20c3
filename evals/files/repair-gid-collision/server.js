import { createServer } from "node:http";

const server = createServer((_request, response) => response.end("ok\n"));
server.listen(3000);
process.on("SIGTERM", () => server.close());
