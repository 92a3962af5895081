using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.NightDesk;

/// <summary>An association of the demonstration: who carries its cases, who goes, and the steps of its night by API.</summary>
/// <param name="Desk">Key of whoever carries cases there.</param>
public sealed record Association(string Identifier, string Prefix, string Desk)
{
    public static Association Setagaya { get; } = new("setagaya", "SG", "demo.desk.operator");

    public static Association Tamagawa { get; } = new("tamagawa", "TM", "demo.desk.operator");

    /// <summary>Its clinics carry their own cases.</summary>
    public static Association Koto { get; } = new("koto", "KT", "demo.koto.clinic1");

    public string Doctor => $"demo.{Identifier}.doctor1";

    public string OtherDoctor => $"demo.{Identifier}.doctor2";

    /// <summary>The unit that <see cref="Doctor"/> is on.</summary>
    public Guid Unit => StableId.Of(Identifier, "unit1");

    public static Association Of(string identifier) => new[] { Setagaya, Tamagawa, Koto }.Single(a => a.Identifier == identifier);

    /// <summary>A registered patient of the association's first clinic.</summary>
    public Task<Guid> PatientAsync(PortalFixture portal) => portal.Database.ReadAsync<Guid>(
        "SELECT id FROM patients.patient WHERE tenant_id = $1 AND primary_clinic_id = $2 ORDER BY id LIMIT 1",
        StableId.Of("tenant", Identifier), StableId.Of(Identifier, "clinic1"));

    public object Call(Guid? patient = null) => new
    {
        association = Identifier,
        caller = new { kind = "family", name = "佐藤 一郎", phone = "03-5555-0101" },
        patientId = patient,
        patient = patient is null ? new { name = "佐藤 花子", kana = "サトウ ハナコ", birthDate = "1940-01-02", address = "自宅" } : null,
        complaint = "昨夜から熱がある",
        channel = "phone",
    };

    public async Task<ApiAnswer> OpenCaseAsync(PortalNode node, Guid? patient = null)
    {
        using var desk = node.Api(Desk);
        return (await desk.PostAsync("/api/v1/cases", Call(patient))).Expect(HttpStatusCode.Created);
    }

    /// <summary>A case for which a doctor has decided a visit.</summary>
    public async Task<Guid> CaseToVisitAsync(PortalNode node)
    {
        var id = (await OpenCaseAsync(node)).Id;
        using var desk = node.Api(Desk);
        (await desk.PostAsync($"/api/v1/cases/{id}/triage", new { level = "orange", reason = "呼吸が速い" })).Expect(HttpStatusCode.OK);
        (await desk.PostAsync($"/api/v1/cases/{id}/outcome", new { outcome = "home-visit", doctorName = "山田 太郎" })).Expect(HttpStatusCode.OK);
        return id;
    }

    /// <summary>A case that <see cref="Doctor"/>'s unit is asked to go to.</summary>
    /// <returns>The ids of case and dispatch.</returns>
    public async Task<(Guid Case, Guid Dispatch)> OfferAsync(PortalNode node)
    {
        var id = await CaseToVisitAsync(node);
        using var desk = node.Api(Desk);
        return (id, (await desk.PostAsync($"/api/v1/cases/{id}/dispatches", new { unitId = Unit })).Expect(HttpStatusCode.Created).Id);
    }
}
