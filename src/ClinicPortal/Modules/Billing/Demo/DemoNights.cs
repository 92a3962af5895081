using System.Buffers.Binary;
using System.Globalization;
using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings.Demo;

namespace ClinicPortal.Modules.Billing.Demo;

/// <summary>What a demonstration's clinics used: the same night of the same association is always the same.</summary>
internal sealed class DemoNights(TenantInfo tenant, DemoTenant demo, DemoUsage usage)
{
    private const int Million = 1_000_000;
    private const int Hundred = 100;

    /// <summary>Until it is reported.</summary>
    private static readonly TimeSpan Reported = TimeSpan.FromMinutes(90);

    private readonly Dictionary<string, int> patients = demo.Patients.CountBy(patient => patient.PrimaryClinic).ToDictionary();
    private readonly TenantCalendar calendar = TenantCalendars.Of(tenant);

    /// <returns>Of the night that bears the date, in the order of the calls.</returns>
    public IEnumerable<Usage> Of(DateOnly night)
    {
        var calls = demo.Clinics.SelectMany(clinic => Calls(clinic, night).Select(at => (Clinic: clinic, At: at))).OrderBy(call => call.At);
        foreach (var (index, (clinic, at)) in calls.Index())
        {
            var number = string.Create(CultureInfo.InvariantCulture, $"{tenant.Settings.CasePrefix}-{night:yyMMdd}-{index + 1:000}");
            var (caseId, clinicId) = (new CaseId(StableId.Of(tenant.Identifier, "case", number)), StableId.Of(tenant.Identifier, clinic.Key));
            yield return Usage.Of(tenant.Id, new BillableCall(caseId, number, night, at, clinicId, clinic.Name, Covered: true), at);
            var outcome = Roll(Hundred, number, "outcome");
            if (outcome < usage.VisitPercent + usage.VideoPercent)
            {
                var isVisit = outcome < usage.VisitPercent;
                var arrived = at.AddMinutes(20 + Roll(50, number, "arrived"));
                var visit = new BillableVisit(
                    new TenantId(tenant.Id), new VisitId(StableId.Of(tenant.Identifier, "visit", number)), isVisit ? VisitKind.HomeVisit : VisitKind.Video, caseId, number, night,
                    new ClinicId(clinicId), clinic.Name, arrived, isVisit && Roll(Hundred, number, "endOfLife") < usage.EndOfLifePercent);
                yield return Usage.Of(visit, (clinicId, clinic.Name), calendar.FeeClasses.ClassAt(arrived, tenant.Zone), covered: true, arrived + Reported);
            }
        }
    }

    private IEnumerable<DateTimeOffset> Calls(DemoClinic clinic, DateOnly night)
    {
        var (begins, ends) = (calendar.OutOfHours.BeginningOf(night, tenant.Zone), calendar.OutOfHours.Night(night, tenant.Zone).End);
        var often = usage.CallsPer1000Patients * (Million / 1000) * (calendar.OutOfHours.IsAllDay(night) ? usage.HolidayPercent : Hundred) / Hundred;
        var minutes = (int)(ends - begins).TotalMinutes;
        for (var patient = 0; patient < patients.GetValueOrDefault(clinic.Key); patient++)
        {
            var name = $"{clinic.Key} {patient.ToString(CultureInfo.InvariantCulture)} {night.ToString("O", CultureInfo.InvariantCulture)}";
            if (Roll(Million, name, "call") < often)
            {
                // The sooner of two: most call in the evening.
                yield return begins.AddMinutes(Math.Min(Roll(minutes, name, "one"), Roll(minutes, name, "other"))).ToUniversalTime();
            }
        }
    }

    /// <returns>From 0 to below the number of sides.</returns>
    private int Roll(int sides, string name, string what) =>
        (int)(BinaryPrimitives.ReadUInt32BigEndian(StableId.Of(tenant.Identifier, name, what).ToByteArray(bigEndian: true)) % (uint)sides);
}
