using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Closing;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations;

/// <summary>Members of a closing association: as tables, and as FHIR Organization and Practitioner (JP Core 1.x).</summary>
internal sealed class AssociationsPart(AssociationsDbContext db) : ITenantPart
{
    public string Name => "associations";

    public async Task WriteAsync(TenantArchive archive, TenantInfo tenant, CancellationToken cancellationToken)
    {
        await archive.WriteAllAsync(db, Name, cancellationToken);
        await archive.AddFhirAsync("Organization", OrganizationsAsync(tenant, cancellationToken), cancellationToken);
        await archive.AddFhirAsync("Practitioner", PractitionersAsync(cancellationToken), cancellationToken);
    }

    private async IAsyncEnumerable<JsonObject> OrganizationsAsync(TenantInfo tenant, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return Organization(tenant.Id, tenant.Name.Ja, tenant.Settings.PhoneNumbers.PublicNumber, tenant.Settings.InvoiceIssuer.Address, null);
        await foreach (var clinic in db.Clinics.AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            yield return Organization(clinic.Id, clinic.Name, clinic.Phone, clinic.Address, clinic.InstitutionCode, tenant.Id);
        }
        await foreach (var facility in db.Facilities.AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            yield return Organization(facility.Id, facility.Name, facility.Phone, facility.Address, null, tenant.Id);
        }
    }

    private async IAsyncEnumerable<JsonObject> PractitionersAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var physician in db.Set<Domain.Physician>().AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            yield return new JsonObject
            {
                ["resourceType"] = "Practitioner",
                ["id"] = $"{physician.Id}",
                ["meta"] = Fhir.Profile("JP_Practitioner"),
                ["name"] = new JsonArray(new JsonObject { ["text"] = physician.Name }),
            };
        }
    }

    /// <param name="institutionCode">医療機関コード, ten digits.</param>
    private static JsonObject Organization(Guid id, string name, string phone, string address, string? institutionCode, Guid? partOf = null)
    {
        var organization = new JsonObject
        {
            ["resourceType"] = "Organization",
            ["id"] = $"{id}",
            ["meta"] = Fhir.Profile("JP_Organization"),
            ["active"] = true,
            ["name"] = name,
            ["telecom"] = Fhir.Phones(phone),
            ["address"] = new JsonArray(new JsonObject { ["text"] = address, ["country"] = "JP" }),
        };
        if (institutionCode is not null)
        {
            organization["identifier"] = new JsonArray(new JsonObject { ["system"] = Fhir.InstitutionCodes, ["value"] = institutionCode });
        }
        if (partOf is { } whole)
        {
            organization["partOf"] = Fhir.Reference("Organization", whole);
        }
        return organization;
    }
}
