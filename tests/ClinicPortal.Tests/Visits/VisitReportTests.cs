using ClinicPortal.Modules.Visits.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Tests.Visits;

public sealed class VisitReportTests
{
    private static readonly DateTimeOffset Call = new(2026, 11, 22, 23, 10, 0, TimeSpan.FromHours(9));
    private static readonly DateTimeOffset Now = Call.AddHours(2);
    private static readonly CurrentUser Doctor = new(Guid.NewGuid(), "福田 浩二", Roles.NightDoctor, OrganisationKind.Desk, Guid.NewGuid(), null, null);

    private static ReportContent Complete { get; } = new()
    {
        Vitals = new Vitals(38.9m, 132, 78, 104, 24, 92, "1"),
        Findings = "右下肺野に湿性ラ音",
        Treatment = "酸素 1L/分",
        NextStep = "明朝、主治医が再診",
    };

    [Fact]
    public void Write_DraftWithNothingInIt_IsKept() => Assert.Empty(Begin().Write(new ReportContent(), Call, Doctor, Now));

    [Theory]
    [InlineData(24.9, false)]
    [InlineData(25, true)]
    [InlineData(45, true)]
    [InlineData(45.1, false)]
    public void Write_Temperature_MustBePlausible(double celsius, bool kept)
    {
        var errors = Begin().Write(Complete with { Vitals = new Vitals((decimal)celsius) }, Call, Doctor, Now);
        Assert.Equal(kept ? [] : ["vitals.temperature"], Fields(errors));
    }

    [Fact]
    public void Write_DiastolicNotBelowSystolic_IsRefusedAtTheDiastolic() =>
        Assert.Equal(["vitals.diastolic"], Fields(Begin().Write(Complete with { Vitals = new Vitals(Systolic: 90, Diastolic: 90) }, Call, Doctor, Now)));

    [Fact]
    public void Write_GradeThatIsNotOnTheComaScale_IsRefused() =>
        Assert.Equal(["vitals.consciousness"], Fields(Begin().Write(Complete with { Vitals = new Vitals(Consciousness: "4") }, Call, Doctor, Now)));

    [Fact]
    public void Write_EverySlipAtOnce_NamesEveryField() => Assert.Equal(
        ["vitals.pulse", "vitals.spO2", "findings"],
        Fields(Begin().Write(new ReportContent { Vitals = new Vitals(Pulse: 1, SpO2: 101), Findings = new string('あ', ReportContent.MaxText + 1) }, Call, Doctor, Now)));

    [Fact]
    public void Submit_WithoutFindingsTreatmentAndNextStep_NamesAllThree()
    {
        var report = Begin();
        report.Write(new ReportContent { FreeText = "申し送り" }, Call, Doctor, Now);

        Assert.Equal(["findings", "treatment", "nextStep"], Fields(report.Submit(Now)));
        Assert.Equal(ReportState.Draft, report.State);
    }

    [Fact]
    public void Submit_EndOfLifeWithoutTimeOfDeath_IsRefused() => Assert.Equal(["timeOfDeath"], Fields(Written(Complete with { EndOfLife = true }).Submit(Now)));

    [Fact]
    public void Write_TimeOfDeathWithoutEndOfLife_IsRefused() =>
        Assert.Equal(["report.end-of-life-not-marked"], Codes(Begin().Write(Complete with { TimeOfDeath = Now }, Call, Doctor, Now)));

    [Fact]
    public void Write_TimeOfDeathInTheFuture_IsRefused() => Assert.Equal(
        ["report.in-the-future"], Codes(Begin().Write(Complete with { EndOfLife = true, TimeOfDeath = Now.AddMinutes(1) }, Call, Doctor, Now)));

    [Theory]
    [InlineData(-3, true)]
    [InlineData(-24, true)]
    [InlineData(-25, false)]
    public void Write_TimeOfDeathBeforeTheCall_IsBelievedForADay(int hoursAfterCall, bool kept)
    {
        var errors = Begin().Write(Complete with { EndOfLife = true, TimeOfDeath = Call.AddHours(hoursAfterCall) }, Call, Doctor, Now);
        Assert.Equal(kept ? [] : ["report.death-long-before-call"], Codes(errors));
    }

    [Fact]
    public void Write_DeathConfirmedBeforeIt_IsRefused() => Assert.Equal(
        ["deathConfirmedAt"],
        Fields(Begin().Write(Complete with { EndOfLife = true, TimeOfDeath = Now, DeathConfirmedAt = Now.AddMinutes(-1) }, Call, Doctor, Now)));

    [Fact]
    public void Submitted_NeverChanges()
    {
        var report = Written(Complete);
        Assert.Empty(report.Submit(Now));

        Assert.Equal(["report.already-submitted"], Codes(report.Write(Complete, Call, Doctor, Now)));
        Assert.Equal(["report.already-submitted"], Codes(report.Submit(Now)));
        Assert.Equal(Now, report.SubmittedAt);
    }

    private static VisitReport Begin() => VisitReport.Begin(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Doctor, Now);

    private static VisitReport Written(ReportContent content)
    {
        var report = Begin();
        Assert.Empty(report.Write(content, Call, Doctor, Now));
        return report;
    }

    private static IEnumerable<string?> Fields(IEnumerable<Error> errors) => errors.Select(e => e.Field);

    private static IEnumerable<string> Codes(IEnumerable<Error> errors) => errors.Select(e => e.Code);
}
