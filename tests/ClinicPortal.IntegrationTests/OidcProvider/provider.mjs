// An association's provider as it could be run by one: `node provider.mjs '{"now":…,"redirectUri":…}'`. It says its address
// on a line of its own and ends when its input does, so that it never outlives the test that started it.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";

const { now, redirectUri, clientId, clientSecret, secondFactor, resource } = JSON.parse(process.argv[2]);

// The portal under test stands still on its night; so does this one's clock.
globalThis.Date = class extends Date {
  constructor(...parts) {
    if (parts.length === 0) super(now);
    else super(...parts);
  }
  static now() {
    return now;
  }
};

const { Provider } = await import("oidc-provider");

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const server = createServer();
await new Promise(listening => server.listen(0, "127.0.0.1", listening));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    { client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] },
    { client_id: "night-gateway", client_secret: "gateway-secret", redirect_uris: [], response_types: [], grant_types: ["client_credentials"] },
  ],
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), kid: "provider-key", use: "sig", alg: "RS256" }] },
  cookies: { keys: ["of this test only"] },
  conformIdTokenClaims: false,
  interactions: { url: (_, interaction) => `/login/${interaction.uid}` },
  claims: { openid: ["sub", "amr"], email: ["email", "email_verified"] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => undefined,
      getResourceServerInfo: () => ({ scope: "api", audience: resource, accessTokenFormat: "jwt", accessTokenTTL: 600 }),
    },
  },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@ishikai.example`, email_verified: true }),
  }),
  // The association's own portal: its members are not asked whether it may know who they are.
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope("openid email");
    await grant.save();
    return grant;
  },
});

/** Anybody may log in here, as whoever they say. */
async function logIn(request, response) {
  if (request.method === "GET") {
    response.setHeader("content-type", "text/html").end(`<form method="post" action="${request.url}"><input name="login"></form>`);
    return;
  }
  const parts = [];
  for await (const part of request) parts.push(part);
  const accountId = new URLSearchParams(Buffer.concat(parts).toString()).get("login");
  await provider.interactionFinished(request, response, { login: { accountId, amr: secondFactor ? ["pwd", "mfa"] : ["pwd"] } });
}

const answer = provider.callback();
server.on("request", (request, response) => (request.url.startsWith("/login/") ? logIn(request, response) : answer(request, response)));
process.stdin.resume().on("end", () => process.exit());
console.log(`\nlistening ${issuer}`);
