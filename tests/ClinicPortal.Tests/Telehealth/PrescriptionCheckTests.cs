using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Tests.Telehealth;

public sealed class PrescriptionCheckTests
{
    private static readonly PrescriptionRules Rules = new() { FirstVisitMostDays = 7, ControlledDrugs = ["トリアゾラム", "コデイン"], HighRiskDrugs = ["ワルファリン"] };

    [Theory]
    [InlineData("トリアゾラム錠0.25mg")]
    [InlineData("ﾄﾘｱｿﾞﾗﾑ")]
    [InlineData("とりあぞらむ 錠")]
    [InlineData("ト リ ア ゾ ラ ム")]
    [InlineData("ジヒドロコデインリン酸塩散")]
    public void FirstVisit_NeverHasControlledDrugs_HoweverTheyAreTyped_AndWithBackgroundEither(string drug)
    {
        foreach (var background in new[] { true, false })
        {
            Assert.Equal([("drug0", "prescription.controlled")], Problems(Note(drug, 3), firstVisit: true, background));
        }
    }

    [Fact]
    public void FirstVisit_WithoutBackground_HasNoHighRiskDrugs_AndAtMostSevenDays()
    {
        Assert.Equal([("drug0", "prescription.high-risk")], Problems(Note("ワルファリンカリウム", 7), firstVisit: true, background: false));
        Assert.Equal([("days0", "prescription.too-many-days")], Problems(Note("アセトアミノフェン", 8), firstVisit: true, background: false));
        Assert.Empty(Problems(Note("アセトアミノフェン", 7), firstVisit: true, background: false));
        Assert.Empty(Problems(Note("ワルファリンカリウム", 14), firstVisit: true, background: true));
    }

    [Fact]
    public void FreeText_IsLookedThroughAsWell() => Assert.Equal(
        [("prescriptionText", "prescription.controlled")],
        Problems(new NoteContent { PrescriptionText = "眠れないときにﾄﾘｱｿﾞﾗﾑ1錠" }, firstVisit: true, background: true));

    [Theory]
    [InlineData("アセトアミノフェン 14日分", 7)]
    [InlineData("ｱｾﾄｱﾐﾉﾌｪﾝ ３ 日間、その後 ２週間", 7)]
    [InlineData("アムロジピン 1か月分", 7)]
    [InlineData("アムロジピン ２ヶ月分", 28)]
    public void TimesInWords_CountAsDays(string written, int most)
    {
        var rules = Rules with { FirstVisitMostDays = most };

        Assert.Equal([("prescriptionText", "prescription.too-many-days")], PrescriptionCheck.Problems(
            new NoteContent { PrescriptionText = written }, rules, firstVisit: true, hasBackground: false).Select(e => (e.Field, e.Code)));
        Assert.Equal([("drug0", "prescription.too-many-days")], PrescriptionCheck.Problems(
            new NoteContent { Lines = [new PrescriptionLine("アムロジピン", written, null)] }, rules, firstVisit: true, hasBackground: false).Select(e => (e.Field, e.Code)));
        Assert.Empty(PrescriptionCheck.Problems(new NoteContent { PrescriptionText = written }, rules, firstVisit: true, hasBackground: true));
        Assert.Empty(PrescriptionCheck.Problems(
            new NoteContent { PrescriptionText = "1日3回 5日分、痛むときは2錠、次は12月7日" }, rules, firstVisit: true, hasBackground: false));
    }

    [Fact]
    public void EachLine_HasItsOwnError() => Assert.Equal(
        [("drug1", "prescription.controlled"), ("days2", "prescription.too-many-days")],
        Problems(
            new NoteContent { Lines = [new("アセトアミノフェン", "頓用", null), new("コデイン", null, 3), new("カルボシステイン", "1日3回", 14)] }, firstVisit: true, background: false));

    [Fact]
    public void FollowUp_HasNoSuchLimits() => Assert.Empty(Problems(Note("トリアゾラム", 28), firstVisit: false, background: false));

    private static NoteContent Note(string drug, int days) => new() { Lines = [new PrescriptionLine(drug, "1日1回", days)] };

    private static IEnumerable<(string? Field, string Code)> Problems(NoteContent note, bool firstVisit, bool background) =>
        PrescriptionCheck.Problems(note, Rules, firstVisit, background).Select(e => (e.Field, e.Code));
}
