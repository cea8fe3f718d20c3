const NAMES = new Set([
  ..."ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP".split(
    " ",
  ),
  ..."SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX".split(" "),
]);

/** True for what STOPSIGNAL takes: a number from 1 on, or a Linux signal's name, with or without SIG, in any case. */
export function isSignal(text: string): boolean {
  if (/^\+?\d{1,9}$/.test(text)) return Number(text) > 0;
  const name = text.toUpperCase().replace(/^SIG/, "");
  return NAMES.has(name) || /^RT(?:MIN\+(?:[1-9]|1[0-5])|MAX-(?:[1-9]|1[0-4]))$/.test(name);
}
