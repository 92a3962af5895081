using System.Text.Json;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Tests.NightDesk;

public sealed class CaseTests
{
    [Fact]
    public void Open_BeginsReceived_AndTellsItOnTheTimeline()
    {
        var subject = ACase.Received();

        Assert.Equal((CaseStatus.Received, true), (subject.Status, subject.IsOpen));
        var told = Assert.Single(subject.Events);
        Assert.Equal((CaseEventKind.Opened, "森 学", ACase.Now), (told.Kind, told.ActorName, told.At));
    }

    [Theory]
    [InlineData(TriageLevel.White, TriageLevel.Red)]
    [InlineData(TriageLevel.Orange, TriageLevel.Red)]
    [InlineData(TriageLevel.Orange, TriageLevel.Orange)]
    public void Triage_UpwardsOrTheSame_NeedsNoReason(TriageLevel before, TriageLevel after)
    {
        var subject = ACase.Triaged(before);

        Assert.Null(subject.Triage(after, null, expectedDeath: false, ACase.Operator, ACase.Now));
        Assert.Equal(after, subject.Level);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("  ")]
    public void Triage_Downwards_NeedsAReason(string? reason)
    {
        var subject = ACase.Triaged();

        var refusal = subject.Triage(TriageLevel.Green, reason, expectedDeath: false, ACase.Operator, ACase.Now);

        Assert.Equal(("case.lowering-needs-reason", "reason"), (refusal?.Code, refusal?.Field));
        Assert.Equal(TriageLevel.Orange, subject.Level);
        Assert.Null(subject.Triage(TriageLevel.Green, "解熱した", expectedDeath: false, ACase.Operator, ACase.Now));
    }

    [Fact]
    public void Triage_KeepsTheEarlierLevelOnTheTimeline()
    {
        var subject = ACase.Triaged();
        subject.Triage(TriageLevel.Yellow, "落ち着いた", expectedDeath: false, ACase.Operator, ACase.Now);

        using var details = JsonDocument.Parse(subject.Events[^1].Details);

        Assert.Equal("Orange", details.RootElement.GetProperty("earlier").GetString());
        Assert.Equal("落ち着いた", details.RootElement.GetProperty("reason").GetString());
    }

    [Fact]
    public void Triage_OnceAUnitHasAccepted_IsTooLate()
    {
        var (subject, _) = ACase.OnItsWay(DispatchState.Accepted);

        Assert.Equal("case.triage-too-late", subject.Triage(TriageLevel.Red, null, false, ACase.Operator, ACase.Now)?.Code);
    }

    [Fact]
    public void Decide_BeforeALevelIsSet_IsRefused() =>
        Refused("case.not-triaged", ACase.Decide(ACase.Received(), OutcomeKind.HomeVisit));

    [Theory]
    [InlineData(OutcomeKind.PhoneAdvice, CaseStatus.Advised)]
    [InlineData(OutcomeKind.NextDay, CaseStatus.NextDay)]
    [InlineData(OutcomeKind.Ambulance, CaseStatus.Ambulance)]
    [InlineData(OutcomeKind.Declined, CaseStatus.Declined)]
    public void Decide_WithoutAVisit_ClosesTheCase(OutcomeKind outcome, CaseStatus status)
    {
        var subject = ACase.Triaged();

        Assert.Null(ACase.Decide(subject, outcome));

        Assert.Equal((status, ACase.Now), (subject.Status, subject.ClosedAt));
        Assert.Equal(CaseEventKind.Closed, subject.Events[^1].Kind);
    }

    [Fact]
    public void VideoVisit_LeavesTheCaseOpen_AndEndsItOnceThePatientWasSeen()
    {
        var subject = ACase.Triaged();

        ACase.Done(ACase.Decide(subject, OutcomeKind.VideoVisit));
        Assert.Equal((CaseStatus.VideoVisit, true), (subject.Status, subject.IsOpen));
        ACase.Done(subject.EndVideo(seen: true, ACase.Operator, ACase.Now));
        ACase.Done(subject.EndVideo(seen: false, ACase.Operator, ACase.Now));

        Assert.Equal((CaseStatus.SeenByVideo, ACase.Now), (subject.Status, subject.ClosedAt));
    }

    [Fact]
    public void VideoVisit_AtWhichNobodyWasSeen_GoesBackToTheDoctor_AndMayBecomeAVisit()
    {
        var subject = ACase.Triaged();
        ACase.Done(ACase.Decide(subject, OutcomeKind.VideoVisit));

        ACase.Done(subject.EndVideo(seen: false, ACase.Operator, ACase.Now));
        Assert.Equal((CaseStatus.Triaged, (OutcomeKind?)null, true), (subject.Status, subject.Outcome, subject.IsOpen));
        ACase.Done(ACase.Decide(subject, OutcomeKind.HomeVisit));

        Assert.Equal(CaseStatus.DispatchRequested, subject.Status);
        // A consultation that ends after a visit was decided changes nothing.
        ACase.Done(subject.EndVideo(seen: true, ACase.Operator, ACase.Now));
        Assert.Equal(CaseStatus.DispatchRequested, subject.Status);
    }

    [Fact]
    public void Timeline_OfOneCommand_IsOrderedByItsIds()
    {
        var subject = ACase.Triaged();
        ACase.Decide(subject, OutcomeKind.PhoneAdvice);

        Assert.Equal(subject.Events, subject.Events.OrderBy(e => e.At).ThenBy(e => e.Id.ToString(), StringComparer.Ordinal));
    }

    [Fact]
    public void Decide_AVisit_KeepsWhoAskedAndWhoDecided()
    {
        var subject = ACase.ToVisit();

        Assert.Equal(
            (CaseStatus.DispatchRequested, "長女", "山田 太郎", ACase.Now),
            (subject.Status, subject.RequestedBy, subject.DecidingDoctorName, subject.DecidedAt));
    }

    [Fact]
    public void Decide_OnceAUnitHasAccepted_IsTooLate()
    {
        var (subject, _) = ACase.OnItsWay(DispatchState.Accepted);

        Refused("case.decision-too-late", ACase.Decide(subject, OutcomeKind.PhoneAdvice));
    }

    [Fact]
    public void MarkReported_BeforeTheVisitIsOver_IsRefused() =>
        Refused("case.no-visit-to-report", ACase.OnItsWay(DispatchState.Arrived).Case.MarkReported(ACase.Report, ACase.Doctor, ACase.Now));

    [Fact]
    public void Report_AndItsReading_HappenOnce()
    {
        var (subject, _) = ACase.OnItsWay(DispatchState.Completed);
        Refused("case.not-reported", subject.MarkAcknowledged(ACase.Reading, ACase.Operator, ACase.Now));
        Assert.Null(subject.MarkReported(ACase.Report, ACase.Doctor, ACase.Now));
        Assert.Null(subject.MarkReported(ACase.Report, ACase.Doctor, ACase.Now.AddHours(1)));
        Assert.Null(subject.MarkAcknowledged(ACase.Reading, ACase.Operator, ACase.Now));
        Assert.Null(subject.MarkAcknowledged(ACase.Reading, ACase.Operator, ACase.Now));
        Assert.Null(subject.MarkReported(ACase.Report, ACase.Doctor, ACase.Now));

        Assert.Equal((CaseStatus.Acknowledged, ACase.Now), (subject.Status, subject.ClosedAt));
        Assert.Equal([CaseEventKind.Reported, CaseEventKind.Acknowledged], subject.Events.Select(e => e.Kind).TakeLast(2));
    }

    private static void Refused(string code, Error? refusal) => Assert.Equal(code, refusal?.Code);

    [Fact]
    public void Identify_UnknownPatient_KeepsInTheTimelineWhatWasTold()
    {
        var subject = ACase.Received();
        ACase.Done(subject.Amend(new Caller(CallerKind.Police, null, null), CasePatient.Unknown with { Name = "不詳", Address = "経堂1-5" }, null, null, ACase.Operator, ACase.Now));

        ACase.Done(subject.Identify(Registered, covered: true, ACase.Operator, ACase.Now));

        Assert.Equal((Registered.Id, Registered.Address, Registered.PrimaryClinicId), (subject.PatientId, subject.PatientAddress, subject.PrimaryClinicId));
        Assert.Equal(CaseEventKind.PatientIdentified, subject.Events[^1].Kind);
        Assert.Contains("1-5", subject.Events[^1].Details, StringComparison.Ordinal);
    }

    [Fact]
    public void Identify_TwiceOrAfterTheEnd_IsRefused()
    {
        var known = ACase.Received();
        ACase.Done(known.Identify(Registered, covered: true, ACase.Operator, ACase.Now));
        var closed = ACase.Triaged();
        ACase.Done(ACase.Decide(closed, OutcomeKind.PhoneAdvice));

        Assert.Equal("case.patient-known", known.Identify(Registered, covered: true, ACase.Operator, ACase.Now)?.Code);
        Assert.Equal("case.closed", closed.Identify(Registered, covered: true, ACase.Operator, ACase.Now)?.Code);
    }

    [Fact]
    public void Closed_TakesNoMoreDecisions_UnderOneCode()
    {
        var subject = ACase.Triaged();
        ACase.Done(ACase.Decide(subject, OutcomeKind.PhoneAdvice));

        Refused("case.closed", subject.Triage(TriageLevel.Red, null, expectedDeath: false, ACase.Operator, ACase.Now));
        Refused("case.closed", ACase.Decide(subject, OutcomeKind.HomeVisit));
        Assert.Equal("case.closed", Dispatch.Offer(subject, ACase.Unit, null, null, ACase.Operator, ACase.Now).Errors[0].Code);
    }

    private static CasePatient Registered { get; } =
        CasePatient.Unknown with { Id = Guid.NewGuid(), Name = "前田 節子", Address = "成城七丁目10-15", PrimaryClinicId = Guid.NewGuid(), PrimaryClinicName = "成城クリニック" };
}
