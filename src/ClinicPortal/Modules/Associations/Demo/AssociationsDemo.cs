using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.Domain;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using ClinicPortal.Shared.Tenancy.Settings.Demo;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations.Demo;

/// <summary>Clinics, their physicians and the care facilities of each association's demo folder.</summary>
internal sealed class AssociationsDemo(DemoSeeding seeding) : IDemoSeed
{
    public int Order => 10;

    public Task SeedAsync(TenantFolder folder, CancellationToken cancellationToken) => seeding.ForEachTenantAsync(folder, SeedAsync, cancellationToken);

    private static async Task SeedAsync(IServiceProvider services, TenantDefinition tenant, TenantId id, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<AssociationsDbContext>();
        if (await db.Clinics.AnyAsync(cancellationToken))
        {
            return;
        }
        var demo = DemoFolder.Read(tenant);
        db.AddRange(demo.Clinics.Select(row => Clinic(tenant.Settings.Identifier, id, row)));
        db.AddRange(demo.Facilities.Select(row => CareFacility.Register(
            id.Value, StableId.Of(tenant.Settings.Identifier, row.Key), row.Name, row.Kana, row.Kind, row.Phone, row.Address, row.TownBlock, row.Latitude, row.Longitude)));
        await db.SaveChangesAsync(cancellationToken);
    }

    private static MemberClinic Clinic(string slug, TenantId tenant, DemoClinic row) => MemberClinic.Register(
        tenant.Value, StableId.Of(slug, row.Key), new MemberClinicDetails(
            row.Name, row.Kana, InstitutionCode.Parse(row.InstitutionCode), row.HomeCareSupport, row.Phone, row.Fax, row.Address,
            row.TownBlock, row.Latitude, row.Longitude, row.PostedHours, row.Doctors));
}
