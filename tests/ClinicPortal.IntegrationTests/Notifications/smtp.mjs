// A mail server for the tests. Its settings come as JSON in SMTP, what happens goes out as a line of JSON each.
import { SMTPServer } from "smtp-server";

const settings = JSON.parse(process.env.SMTP);
const tell = what => process.stdout.write(JSON.stringify(what) + "\n");
let refusals = settings.refusals ?? 0;

const server = new SMTPServer({
  key: settings.key,
  cert: settings.certificate,
  hideSTARTTLS: !settings.startTls,
  disabledCommands: [...(settings.startTls ? [] : ["STARTTLS"]), ...(settings.user ? [] : ["AUTH"])],
  authOptional: !settings.user,
  onAuth: (auth, session, done) => auth.username === settings.user && auth.password === settings.password
    ? done(null, { user: auth.username }) : done(new Error("no")),
  onRcptTo: (address, session, done) => {
    if (refusals-- > 0) {
      const refusal = new Error("try later " + address.address);
      refusal.responseCode = 451;
      return done(refusal);
    }
    done();
  },
  onData: (stream, session, done) => {
    const parts = [];
    stream.on("data", part => parts.push(part));
    stream.on("end", () => {
      tell({
        from: session.envelope.mailFrom.address,
        to: session.envelope.rcptTo.map(r => r.address),
        secure: session.secure,
        user: session.user ?? null,
        raw: Buffer.concat(parts).toString("base64"),
      });
      done();
    });
  },
});
server.on("error", () => {});
server.listen(0, "127.0.0.1", () => tell({ port: server.server.address().port }));
