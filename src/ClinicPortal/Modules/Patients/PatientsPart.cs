using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Closing;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Patients;

/// <summary>Patients of a closing association: as tables with their charts, and as FHIR Patient (JP Core 1.x).</summary>
internal sealed class PatientsPart(PatientsDbContext db) : ITenantPart
{
    private const string Representation = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation";

    public string Name => "patients";

    public IReadOnlyCollection<string> Charts { get; } = ["patients.*"];

    public IReadOnlyDictionary<string, string> LeftOut { get; } = new Dictionary<string, string>
    {
        ["patients.patient_term"] = "made from names, readings and numbers of the patients, to find them by",
    };

    public async Task WriteAsync(TenantArchive archive, TenantInfo tenant, CancellationToken cancellationToken)
    {
        await archive.WriteAllAsync(db, Name, cancellationToken);
        await archive.AddFhirAsync("Patient", PatientsAsync(cancellationToken), cancellationToken);
    }

    private async IAsyncEnumerable<JsonObject> PatientsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var patient in db.Patients.AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            yield return Resource(patient);
        }
    }

    private static JsonObject Resource(Patient patient)
    {
        var resource = new JsonObject
        {
            ["resourceType"] = "Patient",
            ["id"] = $"{patient.Id}",
            ["meta"] = Fhir.Profile("JP_Patient"),
            ["name"] = new JsonArray(Named("IDE", patient.FamilyName, patient.GivenName), Named("SYL", patient.FamilyKana, patient.GivenKana)),
            ["telecom"] = Fhir.Phones(patient.Phone, patient.Mobile),
            ["gender"] = patient.Sex switch { Sex.Male => "male", Sex.Female => "female", _ => "unknown" },
            ["birthDate"] = patient.BirthDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["address"] = new JsonArray(new JsonObject { ["text"] = patient.Place.Address, ["country"] = "JP" }),
            ["generalPractitioner"] = new JsonArray(Fhir.Reference("Organization", patient.PrimaryClinicId, patient.PrimaryClinicName)),
        };
        if (patient.SecondaryClinicId is { } secondary)
        {
            resource["generalPractitioner"]!.AsArray().Add(Fhir.Reference("Organization", secondary, patient.SecondaryClinicName));
        }
        if (patient.ChartNumber is { } chart)
        {
            resource["identifier"] = new JsonArray(new JsonObject
            {
                ["value"] = chart,
                ["assigner"] = Fhir.Reference("Organization", patient.PrimaryClinicId, patient.PrimaryClinicName),
            });
        }
        return resource;
    }

    /// <param name="representation">IDE for kanji, SYL for the reading.</param>
    private static JsonObject Named(string representation, string family, string given) => new()
    {
        ["extension"] = new JsonArray(new JsonObject { ["url"] = Representation, ["valueCode"] = representation }),
        ["use"] = "official",
        ["text"] = $"{family} {given}",
        ["family"] = family,
        ["given"] = new JsonArray(given),
    };
}
