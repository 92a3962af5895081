using ClinicPortal.Modules.Billing.ComputePay;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using ClinicPortal.Tests.Tenants;

namespace ClinicPortal.Tests.Billing;

/// <summary>What becomes pay of attendance and visits.</summary>
public sealed class PayHistoriesTests
{
    private static readonly DateOnly November = new(2026, 11, 1);
    private static readonly TenantInfo Association = TenantFolder.Load(TenantsDirectory.Path).Tenants.Where(t => t.Settings.Identifier == "setagaya")
        .Select(t => new TenantInfo(Guid.NewGuid(), t.Settings.Identifier, 1, new TenantDocument(t.Settings, t.Prices, t.Areas))).Single();

    private static readonly string Clinic = Association.Settings.AssociationClinic.InstitutionCode;
    private static readonly AccountId Doctor = new(Guid.NewGuid());
    private static readonly PaySheetKey Key = new(Doctor.Value, DutyRole.Doctor, Clinic);
    private static readonly ShiftId Shift = new(Guid.NewGuid());

    private static readonly PayRates Rates = new()
    {
        Tables = [APay.Table with { DoctorSalary = new PayRate { PerHour = 0, Video = 3_000, Standby = 500, Visit = new VisitPrices { None = 1, Night = 10, Holiday = 100, DeepNight = 1_000 } } }],
    };

    [Fact]
    public async Task Video_OutsideOfAShift_IsPaidByThePiece_AndWithinOneAsAPartOfIt()
    {
        var history = await ReadAsync(
            [Video("2026-11-18 17:59"), Video("2026-11-18 18:00"), Video("2026-11-19 08:59"), Video("2026-11-19 09:00", VisitKind.Phone), Video("2026-11-20 10:00", employer: "1312345678"), Home("2026-11-18 23:00")]);

        Assert.Equal([(PayLineKind.VisitDeepNight, 1), (PayLineKind.Video, 2)], Lines(history));
        Assert.Equal([Key], history.WorkedIn(November));
    }

    [Fact]
    public async Task Doctor_WhoHasSeenPatientsByVideoAlone_IsPaid_WhereTheTableHasARateForIt()
    {
        var history = await ReadAsync([Video("2026-11-18 12:00")], worked: false);

        Assert.Equal([new PayAmount(PayLineKind.Video, 1, 3_000, 0, 3_000)], history.Compute(Key, November, Rates, PayKind.Salary).Lines);
        Assert.Equal("当番 一", history.People[Key].PersonName);
        Assert.Empty(history.Compute(Key, November, APay.Rates, PayKind.Salary).Lines);
        Assert.Empty(history.WorkedIn(November.AddMonths(1)));
    }

    [Fact]
    public async Task VisitWhoseReportWasTamperedWith_IsSetAsideAndNamed_AndTheOthersArePaid()
    {
        var history = await ReadAsync([Home("2026-11-18 19:00") with { EndOfLife = null, CaseNumber = "SG-261118-007" }, Home("2026-11-18 20:00"), Video("2026-11-25 12:00") with { EndOfLife = null }]);

        Assert.Equal([(PayLineKind.VisitNight, 1)], Lines(history));
        Assert.Equal(["SG-261118-007", "SG-261118-001"], history.SetAside.Select(v => v.CaseNumber));
        Assert.False(history.IsWhole(Key, November));
        Assert.True(history.IsWhole(Key, November.AddMonths(1)));
    }

    [Fact]
    public async Task Shift_WhoseOnlyVisitIsSetAside_WasNoWaiting()
    {
        Assert.Equal([(PayLineKind.Standby, 1)], Lines(await ReadAsync([])));
        Assert.Empty(Lines(await ReadAsync([Home("2026-11-18 19:00") with { EndOfLife = null }])));
    }

    private static (PayLineKind, int)[] Lines(PayHistory history) => [.. history.Compute(Key, November, Rates, PayKind.Salary).Lines.Select(l => (l.Kind, l.Quantity))];

    private static WorkedVisit Home(string at) =>
        new(new VisitId(Guid.NewGuid()), VisitKind.HomeVisit, "SG-261118-001", new DateOnly(2026, 11, 18), Shift, Doctor, "当番 一", "診療所", Clinic, null, APay.At(at), APay.At(at), false);

    private static WorkedVisit Video(string at, VisitKind kind = VisitKind.Video, string? employer = null) => Home(at) with { Kind = kind, ShiftId = null, EmployerCode = employer ?? Clinic };

    /// <param name="worked">A night from six in the evening to nine.</param>
    private static Task<PayHistory> ReadAsync(IReadOnlyList<WorkedVisit> visits, bool worked = true)
    {
        var (from, until) = (APay.At("2026-11-18 18:00"), APay.At("2026-11-19 09:00"));
        var told = new Told(worked ? [new WorkedShift(Guid.NewGuid(), Shift, Doctor, "当番 一", DutyRole.Doctor, "診療所", Clinic, "1号車", from, until, from, until, 0, 1)] : [], visits);
        return new PayHistories(told, told, told).ReadAsync(Association.Id, November, November.AddMonths(1).AddDays(-1), TestContext.Current.CancellationToken);
    }

    private sealed class Told(IReadOnlyList<WorkedShift> shifts, IReadOnlyList<WorkedVisit> visits) : IWorkedShifts, IVisits, ITenantResolver
    {
        public IReadOnlyCollection<TenantInfo> Tenants => [Association];

        public IReadOnlyCollection<DeskInfo> Desks => [];

        public TenantInfo? ById(Guid id) => Association;

        public TenantInfo? ByIdentifier(string identifier) => Association;

        public DeskInfo? DeskById(Guid id) => null;

        public PortalHost? ByHost(string host) => null;

        public Task<IReadOnlyList<WorkedShift>> StartedInAsync(TenantId tenant, DateOnly firstDay, DateOnly lastDay, CancellationToken ct) => Task.FromResult(shifts);

        public Task<IReadOnlyList<WorkedVisit>> ArrivedInAsync(TenantId tenant, DateOnly firstDay, DateOnly lastDay, CancellationToken cancellationToken) => Task.FromResult(visits);

        public Task<BillableVisit?> FindBillableAsync(VisitId id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<BillableVisit>> OfCaseAsync(CaseId id, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
