using System.Net;
using System.Text;
using ClinicPortal.Modules.Billing.Adapters.Stripe;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Gateway;
using ClinicPortal.Modules.Billing.Reconcile;

namespace ClinicPortal.IntegrationTests.Stripe;

public sealed class StripeAdapterTests
{
    private const string Secret = "whsec_test";

    private static readonly DateTimeOffset Now = new(2026, 11, 30, 3, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"id":"evt_1"}""");

    [Fact]
    public void Form_IsInStripesEncoding() => Assert.Equal(
        "mode=payment&line_items[0][price_data][unit_amount]=55000&metadata[clinicportal_id]=%E5%8C%BB%20%26",
        new StripeForm().Add("mode", "payment").Add("left_out", (string?)null).Add("line_items[0][price_data][unit_amount]", 55_000).Add("metadata[clinicportal_id]", "医 &").ToString());

    [Theory]
    [InlineData(409, null, true)]
    [InlineData(429, null, true)]
    [InlineData(500, null, true)]
    [InlineData(503, null, true)]
    [InlineData(400, null, false)]
    [InlineData(402, null, false)]
    [InlineData(404, null, false)]
    [InlineData(500, "false", false)]
    [InlineData(400, "true", true)]
    public void Call_IsRepeatedByStripesRules(int status, string? shouldRetry, bool repeated) =>
        Assert.Equal(repeated, StripeApi.StripeRetry.ShouldRepeat((HttpStatusCode)status, shouldRetry));

    [Fact]
    public void Delay_GrowsAndHeedsWhatWasAskedFor()
    {
        for (var attempt = 1; attempt < 12; attempt++)
        {
            var delay = StripeApi.StripeRetry.Delay(attempt, 500, null).TotalMilliseconds;
            var full = Math.Min(500 * Math.Pow(2, attempt - 1), 8_000);
            Assert.InRange(delay, full / 2, full);
        }
        Assert.Equal(TimeSpan.FromSeconds(20), StripeApi.StripeRetry.Delay(1, 500, TimeSpan.FromSeconds(20)));
        Assert.True(StripeApi.StripeRetry.Delay(1, 500, TimeSpan.FromHours(1)) < TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Signature_OfTimeAndBody_IsGenuine_AndNothingElseIs()
    {
        var header = $"t={Now.ToUnixTimeSeconds()},v1={Convert.ToHexStringLower(StripeSignature.Of(Now.ToUnixTimeSeconds(), Body, Secret))}";

        Assert.True(StripeSignature.IsGenuine(header, Body, Secret, Now));
        Assert.True(StripeSignature.IsGenuine($"{header},v1={new string('a', 64)},v0=x", Body, Secret, Now.AddMinutes(5)));
        Assert.False(StripeSignature.IsGenuine(header, Body, Secret, Now.AddSeconds(301)));
        Assert.False(StripeSignature.IsGenuine(header, Body, Secret, Now.AddSeconds(-301)));
        Assert.False(StripeSignature.IsGenuine(header, [.. Body, (byte)' '], Secret, Now));
        Assert.False(StripeSignature.IsGenuine(header, Body, "whsec_other", Now));
        foreach (var forged in new[] { null, "", "t=1", "v1=00", header.Replace("v1", "v0", StringComparison.Ordinal), header[..^1], header.Replace("t=1", "t=9", StringComparison.Ordinal), "t=x,v1=y" })
        {
            Assert.False(StripeSignature.IsGenuine(forged, Body, Secret, Now));
        }
    }

    [Fact]
    public void Reconciliation_FindsWhatEitherSideHasAlone()
    {
        var (paid, ours) = (Guid.NewGuid(), Guid.NewGuid());
        GatewayMovement[] movements =
        [
            new("txn_1", GatewayMovementKind.Payment, "pi_1", 55_000, 1_980, Now), new("txn_2", GatewayMovementKind.Payment, "pi_2", 10_000, 360, Now),
            new("txn_3", GatewayMovementKind.Payment, "pi_3", 7_000, 0, Now),
        ];
        var day = new DateOnly(2026, 11, 15);
        var booked = new[]
        {
            new RunReconciliation.Booked("pi_1", paid, 55_000, day), new RunReconciliation.Booked("pi_3", ours, 8_000, day), new RunReconciliation.Booked("pi_4", ours, 4_000, day),
        }.ToDictionary(b => b.Reference);

        var found = RunReconciliation.Compare(movements, booked, new DateOnly(2026, 11, 1), new DateOnly(2026, 11, 30));

        Assert.Equal(
            [(DifferenceKind.NotInBooks, "pi_2"), (DifferenceKind.AmountDiffers, "pi_3"), (DifferenceKind.NotAtGateway, "pi_4")],
            found.Select(d => (d.Kind, d.Reference)));
    }
}
