using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Tests.NightDesk;

/// <summary>Builds cases and dispatches as far on their way as a test needs them.</summary>
internal static class ACase
{
    public static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 40, 0, TimeSpan.Zero);

    public static readonly CurrentUser Operator =
        new(Guid.NewGuid(), "森 学", Roles.DeskOperator, OrganisationKind.Desk, Guid.NewGuid(), Guid.NewGuid(), null);

    public static readonly CurrentUser Doctor =
        new(Guid.NewGuid(), "福田 浩二", Roles.NightDoctor, OrganisationKind.Desk, Guid.NewGuid(), Guid.NewGuid(), null);

    public static UnitOnDuty Unit { get; } = new(
        Guid.NewGuid(), new ShiftId(Guid.NewGuid()), Guid.NewGuid(), "世田谷1号車", "050-5555-0111", 35.64, 139.65,
        new AccountId(Doctor.Id), Doctor.Name, null, null, "世田谷区医師会診療所", "1319900013", PerformsAs.PrimaryClinic, null, null,
        Now.AddHours(-4), Now.AddHours(11));

    public static ReportNews Report { get; } = new(Guid.NewGuid(), Unit.UnitName, Doctor.Name);

    public static ReadNews Reading { get; } = new(Report.Report, "経堂こもれび在宅クリニック");

    public static Case Received() => Case.Open(
        Guid.NewGuid(), "SG-261122-042", new DateOnly(2026, 11, 22), Channel.Phone, new Caller(CallerKind.Family, "佐藤 一郎", "03-5555-0101"),
        CasePatient.Unknown, covered: true, "発熱", null, Operator, Now);

    public static Case Triaged(TriageLevel level = TriageLevel.Orange)
    {
        var subject = Received();
        Done(subject.Triage(level, "呼吸が速い", expectedDeath: false, Operator, Now));
        return subject;
    }

    public static Case ToVisit()
    {
        var subject = Triaged();
        Done(Decide(subject, OutcomeKind.HomeVisit));
        return subject;
    }

    public static (Case Case, Dispatch Dispatch) Offered()
    {
        var subject = ToVisit();
        return (subject, Dispatch.Offer(subject, Unit, 1_563, 5, Operator, Now).Value);
    }

    /// <summary>The unit has gone as far as the given state.</summary>
    public static (Case Case, Dispatch Dispatch) OnItsWay(DispatchState state)
    {
        var (subject, dispatch) = Offered();
        foreach (var step in Steps.TakeWhile(_ => dispatch.State != state))
        {
            Done(step(dispatch, subject));
        }
        return (subject, dispatch);
    }

    public static Error? Decide(Case subject, OutcomeKind outcome, string? reason = null) =>
        subject.Decide(outcome, reason, "長女", null, "山田 太郎", Operator, Now);

    private static IEnumerable<Func<Dispatch, Case, Error?>> Steps =>
    [
        (dispatch, to) => dispatch.Accept(to, Doctor, Now),
        (dispatch, to) => dispatch.Depart(to, Doctor, Now),
        (dispatch, to) => dispatch.Arrive(to, Doctor, Now),
        (dispatch, to) => dispatch.Complete(to, Doctor, Now),
    ];

    public static void Done(Error? refusal) => Assert.Null(refusal);
}
