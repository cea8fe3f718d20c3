export default function Page() {
  return <h1>Notices</h1>;
}
