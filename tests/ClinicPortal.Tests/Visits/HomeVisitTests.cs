using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Modules.Visits.Domain;
using ClinicPortal.Shared.Access;

namespace ClinicPortal.Tests.Visits;

/// <summary>The three institutions of a visit, in both patterns of the field.</summary>
public sealed class HomeVisitTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 1, 0, 0, TimeSpan.FromHours(9));
    private static readonly Institution Own = new("経堂こもれび在宅クリニック", "1319901078");
    private static readonly Institution Association = new("世田谷区医師会診療所", "1319900013");

    [Fact]
    public void DoctorOfThePatientsClinic_PerformsAndClaimsForIt_EmployedByTheShiftsEmployer() =>
        Assert.Equal((Own, Association, Own), Institutions(partner: null, Own));

    [Fact]
    public void DoctorOfAPartner_PerformsAndClaimsForThePartner()
    {
        var partner = new Institution("城南ほしあかり在宅診療所", "1319900096");
        Assert.Equal((partner, Association, partner), Institutions(partner, Own));
    }

    [Fact]
    public void PatientWithoutAClinic_IsTheEmployersPatientForTheVisit() =>
        Assert.Equal((Association, Association, Association), Institutions(partner: null, primaryClinic: null));

    private static (Institution Performing, Institution Employing, Institution Claiming) Institutions(Institution? partner, Institution? primaryClinic)
    {
        var tenant = Guid.NewGuid();
        var unit = new VisitDispatch(
            Guid.NewGuid(), Guid.NewGuid(), "福田 浩二", null, null, "世田谷1号車", Association.Name, Association.Code,
            partner is null ? PerformsAs.PrimaryClinic : PerformsAs.Partner, partner?.Name, partner?.Code, Now.AddHours(-2), Now.AddHours(-1), Now);
        var subject = new VisitCase(
            tenant, new CaseId(Guid.NewGuid()), "SG-261122-001", new DateOnly(2026, 11, 22), Now.AddHours(-3), null, null, null, null, null, null, null,
            null, null, null, null, true, null, null, null, null, unit, true);
        var report = VisitReport.Begin(tenant, subject.Id.Value, unit.Id, CurrentUser.Portal, Now);
        var visit = HomeVisit.Of(subject, unit, primaryClinic, report, Now);
        return (visit.Performing, visit.Employing, visit.Claiming);
    }
}
