using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClinicPortal.Modules.Billing.Adapters.Stripe;

namespace ClinicPortal.IntegrationTests.Stripe;

/// <summary>npm's <c>stripe</c> makes every call that the portal makes: the double is right if that client is content.</summary>
public sealed class StripeClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task OfficialClient_IsContentWithTheDouble_AndSignaturesHoldBothWays()
    {
        await using var stripe = await StripeDouble.StartAsync(TimeProvider.System);
        var news = JsonNode.Parse("""{"id":"evt_1","object":"event","type":"payment_intent.succeeded","created":1,"data":{"object":{"id":"pi_1","description":"経堂医院"}}}""")!.AsObject();
        var (body, signature) = StripeDouble.Sign(news, TimeProvider.System.GetUtcNow());

        var said = await RunAsync(new { port = stripe.Address.Port, key = StripeDouble.SecretKey, secret = StripeDouble.SigningSecret, body, signature });

        var header = JsonDocument.Parse(said).RootElement.GetProperty("header").GetString();
        Assert.True(StripeSignature.IsGenuine(header, Encoding.UTF8.GetBytes(body), StripeDouble.SigningSecret, TimeProvider.System.GetUtcNow()));
        Assert.True(StripeSignature.IsGenuine(signature, Encoding.UTF8.GetBytes(body), StripeDouble.SigningSecret, TimeProvider.System.GetUtcNow()));
        // The version that the adapter pins is the one that this client was made for.
        Assert.All(stripe.Calls.Where(c => !c.Path.StartsWith("/_double", StringComparison.Ordinal)), call => Assert.Equal(StripeApi.Version, call.Version));
    }

    private static async Task<string> RunAsync(object what)
    {
        var folder = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "Stripe"));
        using var node = Process.Start(new ProcessStartInfo("node")
        {
            WorkingDirectory = folder, ArgumentList = { "client.mjs", JsonSerializer.Serialize(what) }, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var (said, wrong) = (node.StandardOutput.ReadToEndAsync(Cancellation), node.StandardError.ReadToEndAsync(Cancellation));
        await node.WaitForExitAsync(Cancellation);
        Assert.True(node.ExitCode == 0, await wrong);
        return await said;
    }
}
