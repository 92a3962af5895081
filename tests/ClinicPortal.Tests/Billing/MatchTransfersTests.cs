using ClinicPortal.Modules.Billing.Books;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.ImportTransfers;

namespace ClinicPortal.Tests.Billing;

public sealed class MatchTransfersTests
{
    private static readonly DateOnly Day = new(2026, 11, 30);
    private static readonly MatchCandidate Kyodo = Candidate("経堂医院", "キョウドウイイン", "1234566", [], 55_000, 33_000);
    private static readonly MatchCandidate Soshigaya = Candidate("祖師谷クリニック", "ソシガヤクリニック", "7654320", ["ｲ)ｻｸﾗｶｲ"], 55_000);

    [Theory]
    [InlineData(55_000, "1234566 ｷﾖｳﾄﾞｳｲｲﾝ", "", "", MatchReasons.Reference | MatchReasons.Name | MatchReasons.InvoiceAmount)]
    [InlineData(88_000, "ｷﾖｳﾄﾞｳ ｲｲﾝ", "", "", MatchReasons.Name | MatchReasons.WholeAmount)]
    [InlineData(1_000, "ﾔﾏﾀﾞ ﾀﾛｳ", "0001234566", "", MatchReasons.Reference)]
    [InlineData(1_000, "ﾔﾏﾀﾞ ﾀﾛｳ", "", "SG-2026-033000", MatchReasons.InvoiceNumber)]
    [InlineData(87_340, "ｷﾖｳﾄﾞｳｲｲﾝ", "", "", MatchReasons.Name | MatchReasons.LessFee)]
    public void Clinic_IsSuggestedWithItsReasons(long yen, string payer, string code, string edi, MatchReasons reasons)
    {
        var best = MatchTransfers.For(yen, payer, code, edi, [Soshigaya, Kyodo])[0];

        Assert.Equal(("経堂医院", reasons), (best.ClinicName, best.Reasons));
    }

    [Fact]
    public void NameThatWasConfirmedBefore_IsKnown()
    {
        var best = MatchTransfers.For(55_000, "ｲ) ｻｸﾗｶｲ", "", "", [Kyodo, Soshigaya])[0];

        Assert.Equal(("祖師谷クリニック", MatchReasons.KnownPayer | MatchReasons.WholeAmount), (best.ClinicName, best.Reasons));
    }

    [Fact]
    public void AmountLessAFee_NamesWhatIsMissing()
    {
        var best = MatchTransfers.For(54_340, "1234566", "", "", [Kyodo])[0];

        Assert.Equal((660, 55_000), (best.MissingYen, best.Invoices.Sum(i => i.OpenYen)));
    }

    [Fact]
    public void NothingInCommon_SuggestsNobody() => Assert.Empty(MatchTransfers.For(12, "ﾀﾞﾚｶ", "", "", [Kyodo, Soshigaya]));

    private static MatchCandidate Candidate(string name, string kana, string reference, string[] known, params long[] open)
    {
        var clinic = Guid.NewGuid();
        return new MatchCandidate(clinic, name, kana, reference, known,
            [.. open.Select(yen => new OpenReceivable(Receivable.Of(Guid.NewGuid(), Guid.NewGuid(), clinic, name, $"SG-2026-{yen:000000}", Day, Day.AddMonths(1), yen, 0), yen))]);
    }
}
