import { finalStage, isScratch } from "./shared/stages.ts";
import type { Rule } from "./types.ts";

/** A scratch image without certificates. */
export const rule: Rule = {
  meta: {
    name: "scratch-ca-certs",
    summary: "The final image is made from scratch and holds no CA certificates.",
    why: "A program that speaks HTTPS finds no authority to trust and fails with 'x509: certificate signed by unknown authority'. Copy /etc/ssl/certs/ca-certificates.crt from the builder, or use gcr.io/distroless/static, which has them (and time zones, /tmp and a non-root user).",
    severity: "info",
    category: "correctness",
    fixable: "no",
    aliases: {},
    source: "https://pkg.go.dev/crypto/x509#SystemCertPool",
    bad: {
      dockerfile:
        'FROM golang:1.27 AS builder\nRUN CGO_ENABLED=0 go build -o /app .\nFROM scratch\nCOPY --from=builder /app /app\nUSER 65532:65532\nENTRYPOINT ["/app"]\n',
    },
    good: {
      dockerfile:
        'FROM golang:1.27 AS builder\nRUN CGO_ENABLED=0 go build -o /app .\nFROM scratch\nCOPY --from=builder /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/\nCOPY --from=builder /app /app\nUSER 65532:65532\nENTRYPOINT ["/app"]\n',
    },
  },
  *check({ file, graph }) {
    const final = finalStage(file);
    if (final === undefined || final.from === undefined || !isScratch(file, final) || file.stages.length < 2)
      return;
    const copies = graph.copies.filter(({ stage }) => stage === final);
    const brings = copies.some(({ instruction }) =>
      instruction.sources.some(({ text }) => /cert|\/etc\/?$|^\/$|^\.$|rootfs|\/etc\/ssl/.test(text)),
    );
    if (copies.length === 0 || brings) return;
    yield {
      range: final.from.range,
      message: "scratch holds no CA certificates: an HTTPS request of this program fails",
    };
  },
};
