using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace ClinicPortal.IntegrationTests.Infrastructure;

/// <summary>An OIDC issuer on a socket of this machine that publishes and signs whatever a test wants, true or forged.</summary>
public sealed class ForgingIssuer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Dictionary<string, JsonObject> codes = [];

    private ForgingIssuer(WebApplication app) => this.app = app;

    public RSA Rsa { get; private set; } = RSA.Create(2048);

    public ECDsa Ec { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string Kid { get; private set; } = "key-1";

    public string Address { get; private set; } = "";

    /// <summary>What the discovery document says besides, or instead of, the truth.</summary>
    public JsonObject Claimed { get; } = [];

    /// <summary>Answers in place of the key set.</summary>
    public Func<HttpContext, Task>? Keys { get; set; }

    public bool IsAway { get; set; }

    public int KeysRead { get; private set; }

    /// <summary>The form of the last request to the token endpoint, with its Authorization header.</summary>
    public IReadOnlyDictionary<string, string> LastTokenRequest { get; private set; } = new Dictionary<string, string>();

    public static async Task<ForgingIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        var app = builder.Build();
        var issuer = new ForgingIssuer(app);
        // A port may have been an earlier issuer's, whose keys a node still knows by its address.
        var path = $"/{Guid.NewGuid():N}";
        app.UsePathBase(path);
        app.Run(issuer.AnswerAsync);
        await app.StartAsync();
        issuer.Address = app.Urls.Single() + path;
        return issuer;
    }

    /// <summary>A new key takes the place of the one before, which is published no longer.</summary>
    public void RollOver()
    {
        Rsa.Dispose();
        Rsa = RSA.Create(2048);
        Kid = Guid.NewGuid().ToString("N");
    }

    /// <summary>What the token endpoint answers, once, to whoever brings this code.</summary>
    public void Redeem(string code, JsonObject answer) => codes[code] = answer;

    /// <summary>A token signed as its header says.</summary>
    public string Sign(JsonObject claims, string algorithm = "RS256", string? type = null, string? kid = null, RSA? with = null, JsonObject? header = null)
    {
        var head = new JsonObject { ["alg"] = algorithm, ["kid"] = kid ?? (algorithm == "ES256" ? "ec" : Kid) };
        if (type is not null)
        {
            head["typ"] = type;
        }
        foreach (var (name, value) in header ?? [])
        {
            head[name] = value?.DeepClone();
        }
        var signed = $"{Encode(head)}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(Signature(Encoding.ASCII.GetBytes(signed), algorithm, with ?? Rsa))}";
    }

    public static string Encode(JsonObject part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        Rsa.Dispose();
        Ec.Dispose();
    }

    /// <summary>HS256 under the public key as PEM, which is what a verifier tricked into it would take for its secret.</summary>
    private byte[] Signature(byte[] signed, string algorithm, RSA rsa) => algorithm switch
    {
        "RS256" => rsa.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        "RS512" => rsa.SignData(signed, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
        "PS256" => rsa.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        "ES256" => Ec.SignData(signed, HashAlgorithmName.SHA256),
        "HS256" => HMACSHA256.HashData(Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem()), signed),
        _ => [],
    };

    private async Task AnswerAsync(HttpContext context)
    {
        if (IsAway)
        {
            context.Abort();
            return;
        }
        switch (context.Request.Path.Value)
        {
            case "/.well-known/openid-configuration":
                await context.Response.WriteAsJsonAsync(Discovery());
                break;
            case "/keys":
                KeysRead++;
                await (Keys is { } keys ? keys(context) : context.Response.WriteAsJsonAsync(KeySet()));
                break;
            case "/token":
                await AnswerTokenAsync(context);
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private async Task AnswerTokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        LastTokenRequest = form.ToDictionary(f => f.Key, f => f.Value.ToString()).Append(new("Authorization", context.Request.Headers.Authorization.ToString())).ToDictionary();
        if (codes.Remove(form["code"].ToString(), out var answer))
        {
            await context.Response.WriteAsJsonAsync(answer);
            return;
        }
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        await context.Response.WriteAsJsonAsync(new JsonObject { ["error"] = "invalid_grant" });
    }

    private JsonObject Discovery()
    {
        var document = new JsonObject
        {
            ["issuer"] = Address,
            ["authorization_endpoint"] = $"{Address}/authorize",
            ["token_endpoint"] = $"{Address}/token",
            ["jwks_uri"] = $"{Address}/keys",
        };
        foreach (var (name, value) in Claimed)
        {
            document[name] = value?.DeepClone();
        }
        return document;
    }

    private JsonObject KeySet()
    {
        var rsa = Rsa.ExportParameters(false);
        var ec = Ec.ExportParameters(false);
        return new JsonObject
        {
            ["keys"] = new JsonArray(
                new JsonObject { ["kty"] = "RSA", ["use"] = "sig", ["kid"] = Kid, ["n"] = Base64Url.EncodeToString(rsa.Modulus), ["e"] = Base64Url.EncodeToString(rsa.Exponent) },
                new JsonObject { ["kty"] = "EC", ["use"] = "sig", ["kid"] = "ec", ["crv"] = "P-256", ["x"] = Base64Url.EncodeToString(ec.Q.X), ["y"] = Base64Url.EncodeToString(ec.Q.Y) }),
        };
    }
}
