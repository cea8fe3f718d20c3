import { shown } from "@shop/money";
import Fastify from "fastify";

const server = Fastify();
server.get("/health", () => ({ status: "up" }));
server.get("/basket", () => ({ total: shown(1995) }));

await server.listen({ host: "0.0.0.0", port: Number(process.env.PORT ?? 3000) });
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void server.close());
