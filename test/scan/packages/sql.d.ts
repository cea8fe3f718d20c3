/** What the tests use of it; the package has no types. */
declare module "sql.js" {
  interface Database {
    run(sql: string, parameters?: readonly Uint8Array[]): void;
    export(): Uint8Array;
  }
  const initSqlJs: () => Promise<{ readonly Database: new () => Database }>;
  export default initSqlJs;
}
