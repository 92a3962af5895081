using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Modules.Visits.Data;
using ClinicPortal.Modules.Visits.Domain;
using ClinicPortal.Modules.Visits.ShowReport;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Closing;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Visits;

/// <summary>
/// Visits and reports of a closing association: as tables; each report handed in as the sheet that was printed; and as FHIR Encounter,
/// Composition and DocumentReference.
/// </summary>
internal sealed class VisitsPart(VisitsContext db, IServiceProvider services, ILoggerFactory log) : ITenantPart
{
    private const string Style = "body{font-family:'Noto Sans JP','Hiragino Sans','Yu Gothic',sans-serif;max-width:50rem;margin:2rem auto}table{width:100%;border-collapse:collapse}"
        + "th,td{border:1px solid #767676;padding:4px 8px;text-align:left;vertical-align:top}th{width:9rem}.preserve-lines{white-space:pre-wrap}";

    private const string ActCodes = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

    private static readonly Dictionary<VisitKind, (string Visit, string Report)> Names = new()
    {
        [VisitKind.HomeVisit] = ("往診", "往診報告書"),
        [VisitKind.Video] = ("オンライン診療", "オンライン診療報告書"),
        [VisitKind.Phone] = ("電話等再診", "電話等再診報告書"),
    };

    public string Name => "visits";

    public IReadOnlyCollection<string> Charts { get; } = ["visits.*"];

    private IQueryable<Told> Reports =>
        from visit in db.Visits.AsNoTracking()
        join report in db.Reports.AsNoTracking() on new { visit.TenantId, Id = visit.ReportId } equals new { report.TenantId, report.Id }
        orderby visit.Night, visit.Id
        select new Told(visit, report);

    public async Task WriteAsync(TenantArchive archive, TenantInfo tenant, CancellationToken cancellationToken)
    {
        await archive.WriteAllAsync(db, Name, cancellationToken);
        await SheetsAsync(archive, tenant, cancellationToken);
        await archive.AddFhirAsync("Encounter", ResourcesAsync(Encounter, cancellationToken), cancellationToken);
        await archive.AddFhirAsync("Composition", ResourcesAsync(Composition, cancellationToken), cancellationToken);
        await archive.AddFhirAsync("DocumentReference", ResourcesAsync(Document, cancellationToken), cancellationToken);
    }

    private async Task SheetsAsync(TenantArchive archive, TenantInfo tenant, CancellationToken cancellationToken)
    {
        // The sheet is a Japanese letter, whatever language its receiver's screen has.
        CultureInfo.CurrentUICulture = CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("ja-JP");
        var receipts = (await db.Receipts.AsNoTracking().ToListAsync(cancellationToken)).ToLookup(r => r.ReportId);
        await using var renderer = new HtmlRenderer(services, log);
        await foreach (var told in Reports.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            var model = new OpenedReport(ReportDetails.Of(told.Visit, told.Report, tenant.Identifier, receipts[told.Report.Id]), tenant, MayAcknowledge: false);
            var sheet = await renderer.Dispatcher.InvokeAsync(async () =>
                (await renderer.RenderComponentAsync<ReportSheet>(ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(ReportSheet.Model)] = model })))
                    .ToHtmlString());
            await archive.AddAsync(
                Path(told), $"<!doctype html><html lang=\"ja\"><head><meta charset=\"utf-8\"><title>{told.Visit.CaseNumber}</title><style>{Style}</style></head><body>{sheet}</body></html>",
                cancellationToken);
        }
    }

    private async IAsyncEnumerable<JsonObject> ResourcesAsync(Func<Told, JsonObject> resource, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var told in Reports.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            yield return resource(told);
        }
    }

    private static JsonObject Encounter(Told told) => With(told, new JsonObject
    {
        ["resourceType"] = "Encounter",
        ["id"] = $"{told.Visit.Id}",
        ["meta"] = Fhir.Profile("JP_Encounter"),
        ["identifier"] = new JsonArray(new JsonObject { ["value"] = told.Visit.CaseNumber }),
        ["status"] = "finished",
        ["class"] = told.Visit.Kind == VisitKind.HomeVisit
            ? new JsonObject { ["system"] = ActCodes, ["code"] = "HH", ["display"] = "home health" }
            : new JsonObject { ["system"] = ActCodes, ["code"] = "VR", ["display"] = "virtual" },
        ["type"] = new JsonArray(new JsonObject { ["text"] = Names[told.Visit.Kind].Visit }),
        ["participant"] = new JsonArray(new JsonObject { ["individual"] = new JsonObject { ["display"] = told.Visit.DoctorName } }),
        ["period"] = new JsonObject { ["start"] = Fhir.Instant(told.Visit.ArrivedAt), ["end"] = Fhir.Instant(told.Visit.FinishedAt) },
        ["serviceProvider"] = new JsonObject
        {
            ["identifier"] = new JsonObject { ["system"] = Fhir.InstitutionCodes, ["value"] = told.Visit.Performing.Code },
            ["display"] = told.Visit.Performing.Name,
        },
    });

    private static JsonObject Composition(Told told) => With(told, new JsonObject
    {
        ["resourceType"] = "Composition",
        ["id"] = $"{told.Report.Id}",
        ["status"] = "final",
        ["type"] = new JsonObject { ["text"] = Names[told.Visit.Kind].Report },
        ["encounter"] = Fhir.Reference("Encounter", told.Visit.Id),
        ["date"] = Fhir.Instant(told.Report.SubmittedAt!.Value),
        ["author"] = new JsonArray(new JsonObject { ["display"] = told.Report.AuthorName }),
        ["title"] = $"{Names[told.Visit.Kind].Report} {told.Visit.CaseNumber}",
        ["section"] = Sections(told),
    });

    private static JsonObject Document(Told told) => With(told, new JsonObject
    {
        ["resourceType"] = "DocumentReference",
        ["id"] = $"{told.Report.Id}",
        ["status"] = "current",
        ["type"] = new JsonObject { ["text"] = Names[told.Visit.Kind].Report },
        ["date"] = Fhir.Instant(told.Report.SubmittedAt!.Value),
        ["author"] = new JsonArray(new JsonObject { ["display"] = told.Report.AuthorName }),
        ["content"] = new JsonArray(new JsonObject
        {
            ["attachment"] = new JsonObject { ["contentType"] = "text/html", ["language"] = "ja", ["url"] = Path(told), ["title"] = $"{Names[told.Visit.Kind].Report} {told.Visit.CaseNumber}" },
        }),
        ["context"] = new JsonObject { ["encounter"] = new JsonArray(Fhir.Reference("Encounter", told.Visit.Id)) },
    });

    private static JsonArray Sections(Told told) =>
    [
        .. from section in told.Visit.Kind == VisitKind.HomeVisit ? AtHome(told.Report.Content) : Soap(told.Report.Content)
           where section.Item2 is not null
           select (JsonNode)new JsonObject
           {
               ["title"] = section.Item1,
               ["text"] = new JsonObject
               {
                   ["status"] = "generated",
                   ["div"] = $"<div xmlns=\"http://www.w3.org/1999/xhtml\">{WebUtility.HtmlEncode(section.Item2).Replace("\n", "<br/>", StringComparison.Ordinal)}</div>",
               },
           },
    ];

    private static (string Title, string? Text)[] AtHome(ReportContent content) =>
        [("所見", content.Findings), ("処置", content.Treatment), ("処方", content.Prescription), ("今後の方針", content.NextStep), ("自由記載", content.FreeText)];

    private static (string Title, string? Text)[] Soap(ReportContent content) =>
        [("主観・客観", content.Findings), ("評価", content.Treatment), ("処方", content.Prescription), ("計画", content.NextStep)];

    private static JsonObject With(Told told, JsonObject resource)
    {
        if (told.Visit.PatientId is { } patient)
        {
            resource["subject"] = Fhir.Reference("Patient", patient, told.Visit.PatientName);
        }
        return resource;
    }

    private static string Path(Told told) => $"documents/reports/{told.Visit.Night:yyyy-MM-dd}_{told.Visit.CaseNumber}_{told.Report.Id}.html";

    private sealed record Told(HomeVisit Visit, VisitReport Report);
}
