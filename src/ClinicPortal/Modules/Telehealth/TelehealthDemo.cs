using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using ClinicPortal.Shared.Tenancy.Settings.Demo;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth;

/// <summary>Who sees patients by video in each association's demo folder, and in which evenings.</summary>
internal sealed class TelehealthDemo(DemoSeeding seeding, TimeProvider clock) : IDemoSeed
{
    public int Order => 55;

    public Task SeedAsync(TenantFolder folder, CancellationToken cancellationToken) => seeding.ForEachTenantAsync(folder, SeedAsync, cancellationToken);

    private async Task SeedAsync(IServiceProvider services, TenantDefinition tenant, TenantId id, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<TelehealthContext>();
        if (await db.Practitioners.AnyAsync(cancellationToken))
        {
            return;
        }
        var (identifier, demo) = (tenant.Settings.Identifier, DemoFolder.Read(tenant));
        var (today, _) = WallClock.Of(clock.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(tenant.Settings.Zone));
        var (people, clinics) = (demo.Staff.Accounts.ToDictionary(a => a.Key), demo.Clinics.ToDictionary(c => c.Key));
        foreach (var row in demo.Consultations.Practitioners)
        {
            var person = people[row.Doctor];
            var clinic = person.Organisation is { } organisation ? clinics[organisation] : null;
            var practitioner = Practitioner.Register(
                id.Value, StableId.Of(identifier, row.Doctor, "practitioner"), StableId.Of(identifier, row.Doctor), $"{person.FamilyName} {person.GivenName}",
                $"{person.FamilyKana} {person.GivenKana}", clinic is null ? null : StableId.Of(identifier, clinic.Key),
                clinic is null
                    ? new Institution(tenant.Settings.AssociationClinic.Name, tenant.Settings.AssociationClinic.InstitutionCode)
                    : new Institution(clinic.Name, clinic.InstitutionCode),
                row.License);
            db.Add(practitioner);
            foreach (var (session, weekday) in row.Sessions.SelectMany(s => s.Weekdays, (s, day) => (s, day)))
            {
                db.Add(Availability.Weekly(
                    practitioner, StableId.Of(identifier, row.Doctor, "availability", $"{weekday}", $"{session.Hours.From}"), weekday, session.Hours.From, session.Hours.To,
                    today.AddDays(-1), null, [], session.BufferMinutes, session.LeadMinutes, null, null));
            }
        }
        await db.SaveChangesAsync(cancellationToken);
    }
}
