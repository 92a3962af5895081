using ClinicPortal.Modules.Billing.Domain;

namespace ClinicPortal.Tests.Billing;

public sealed class PaymentTests
{
    private static readonly DateOnly Today = new(2026, 11, 30);
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 3, 0, 0, TimeSpan.Zero);

    [Fact]
    public void News_InWhateverOrder_BringTheMoneyOnce()
    {
        PaymentStatus[] news = [PaymentStatus.Pending, PaymentStatus.NeedsAction, PaymentStatus.Succeeded, PaymentStatus.NeedsAction, PaymentStatus.Succeeded];
        foreach (var order in Orders(news))
        {
            var payment = Asked();
            Assert.Equal(1, order.Count(status => payment.Follow("pi_1", status, null, Today)));
            Assert.Equal((PaymentStatus.Succeeded, Today), (payment.Status, payment.ReceivedOn!.Value));
        }
    }

    [Fact]
    public void Failed_AndThenPaidAfterAll_IsPaid()
    {
        var payment = Asked();
        payment.Follow("pi_1", PaymentStatus.Failed, "card_declined", Today);
        Assert.Equal("card_declined", payment.FailureCode);

        Assert.False(payment.Follow("pi_1", PaymentStatus.NeedsAction, null, Today));
        Assert.True(payment.Follow("pi_1", PaymentStatus.Succeeded, null, Today));
        Assert.Null(payment.FailureCode);
    }

    [Fact]
    public void Paid_IsNotCancelledNorFailed()
    {
        var payment = Asked();
        payment.Follow("pi_1", PaymentStatus.Succeeded, null, Today);

        payment.Cancel();
        payment.Fail("late");

        Assert.Equal(PaymentStatus.Succeeded, payment.Status);
    }

    [Fact]
    public void Refund_ToldTwice_IsGoneOnce()
    {
        var refund = Refund.Ask(Asked(), 500, "重複", "事務局", Now);

        Assert.False(refund.Follow("re_1", RefundStatus.Pending, null));
        Assert.True(refund.Follow("re_1", RefundStatus.Succeeded, null));
        Assert.False(refund.Follow("re_1", RefundStatus.Succeeded, null));
    }

    [Fact]
    public void Reference_WithOneDigitMistyped_IsNone()
    {
        for (var i = 0; i < 200; i++)
        {
            var reference = Payer.NewReference();
            Assert.True(Payer.IsReference(reference));
            for (var at = 0; at < reference.Length; at++)
            {
                var digit = (char)('0' + ((reference[at] - '0' + 1 + (i % 9)) % 10));
                Assert.True(digit == reference[at] || !Payer.IsReference(reference[..at] + digit + reference[(at + 1)..]));
            }
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    [InlineData(9, 1)]
    [InlineData(10, 2)]
    [InlineData(400, 3)]
    public void Dunning_HasAStepForEachOfItsDays(int daysLate, int step) =>
        Assert.Equal(step, new Dunning(true, [3, 10, 30], 0).StepOn(Today, Today.AddDays(daysLate)));

    [Fact]
    public void Interest_IsNoneByDefault_AndOtherwiseByDayCutOff()
    {
        Assert.Equal(0, Dunning.Default.Interest(1_000_000, Today, Today.AddYears(1)));
        Assert.Equal(30_000, new Dunning(true, [3], 30).Interest(1_000_000, Today, Today.AddDays(365)));
        Assert.Equal(82, new Dunning(true, [3], 30).Interest(1_000_000, Today, Today.AddDays(1)));
        Assert.Equal(0, new Dunning(true, [3], 146).Interest(1_000_000, Today, Today));
    }

    private static Payment Asked() => Payment.Ask(Guid.NewGuid(), Guid.NewGuid(), "経堂医院", PaymentChannel.Card, 55_000, [], false, "山田", Now);

    private static IEnumerable<IReadOnlyList<T>> Orders<T>(IReadOnlyList<T> items) => items.Count <= 1 ? [items]
        : items.SelectMany((item, i) => Orders([.. items.Where((_, j) => j != i)]).Select(rest => (IReadOnlyList<T>)[item, .. rest]));
}
