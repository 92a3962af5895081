using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using ClinicPortal.Shared.Tenancy.Settings.Demo;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Patients.Demo;

/// <summary>The invented patients of each association's demo folder; days ago are counted from the day of seeding.</summary>
internal sealed class PatientsDemo(DemoSeeding seeding, TimeProvider clock) : IDemoSeed
{
    public int Order => 30;

    public Task SeedAsync(TenantFolder folder, CancellationToken cancellationToken) => seeding.ForEachTenantAsync(folder, SeedAsync, cancellationToken);

    private async Task SeedAsync(IServiceProvider services, TenantDefinition tenant, TenantId id, CancellationToken cancellationToken)
    {
        if (await services.GetRequiredService<PatientsDbContext>().Patients.AnyAsync(cancellationToken))
        {
            return;
        }
        var now = clock.GetUtcNow();
        var (today, _) = WallClock.Of(now, TimeZoneInfo.FindSystemTimeZoneById(tenant.Settings.Zone));
        var demo = DemoFolder.Read(tenant);
        var rows = new DemoRows(tenant, demo, today);
        await services.GetRequiredService<PatientWriter>().AddAsync(
            [.. demo.Patients.Select(row => Patient.Register(id.Value, StableId.Of(tenant.Settings.Identifier, "patient", row.ChartNumber), rows.Details(row), now))],
            cancellationToken);
    }

    private sealed class DemoRows(TenantDefinition tenant, DemoTenant demo, DateOnly today)
    {
        private readonly Dictionary<string, string> clinicNames = demo.Clinics.ToDictionary(c => c.Key, c => c.Name);
        private readonly Dictionary<string, string> facilityNames = demo.Facilities.ToDictionary(f => f.Key, f => f.Name);
        private readonly Dictionary<string, string> townNames = tenant.Areas.ToDictionary(a => a.Code, a => a.Name);

        public PatientDetails Details(DemoPatient row) => new()
        {
            FamilyName = row.FamilyName,
            GivenName = row.GivenName,
            FamilyKana = row.FamilyKana,
            GivenKana = row.GivenKana,
            BirthDate = row.BirthDate,
            Sex = row.Sex,
            Phone = row.Phone,
            Mobile = row.Mobile,
            Address = row.Address,
            TownName = townNames[row.TownBlock],
            Latitude = row.Latitude,
            Longitude = row.Longitude,
            PrimaryClinic = Clinic(row.PrimaryClinic),
            SecondaryClinic = row.SecondaryClinic is { } secondary ? Clinic(secondary) : null,
            Facility = row.Facility is { } facility ? (new FacilityId(Id(facility)), facilityNames[facility]) : null,
            Room = row.Room,
            ChartNumber = row.ChartNumber,
            Chart = Chart(row),
        };

        private ChartSummary Chart(DemoPatient row) => new()
        {
            Diagnoses = row.Conditions,
            Medicines = row.Medicines,
            AsNeededMedicines = row.AsNeededMedicines,
            Narcotics = row.Narcotics,
            Allergies = row.Allergies,
            Devices = [.. row.Devices.Select(d => new MedicalDevice(d.Name, d.Size, today.AddDays(-d.ChangedDaysAgo)))],
            Dnar = row.Dnar,
            AdvanceCarePlan = row.AcpDate is null && row.Wishes is null ? null : new AdvanceCarePlan(row.AcpDate, row.AcpSigner, row.Wishes),
            KeyPersons = [.. row.KeyPersons.Select(k => new KeyPerson(k.Name, k.Relation, k.Phone))],
            Entry = row.Entry,
            Parking = row.Parking,
            Pets = row.Pets,
            Infection = row.Infection,
            CareLevel = row.CareLevel,
            Insurance = row.Insurance,
            BurdenTenths = row.BurdenTenths,
            PublicExpense = row.PublicExpense,
            CareManager = row.CareManager is { } manager ? new Contact(manager, row.CareManagerPhone) : null,
            HomeNursing = row.HomeNursing is { } nursing ? new Contact(nursing, row.HomeNursingPhone) : null,
            BackupHospital = row.BackupHospital,
            LastScheduledVisit = today.AddDays(-row.LastScheduledVisitDaysAgo),
            StandingInstructions = row.StandingInstructions,
        };

        private (ClinicId, string) Clinic(string key) => (new ClinicId(Id(key)), clinicNames[key]);

        private Guid Id(string key) => StableId.Of(tenant.Settings.Identifier, key);
    }
}
