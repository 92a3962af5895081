using System.Text.Json;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ClinicPortal.IntegrationTests.Patients;

/// <summary>Setagaya with 100,000 patients more: what the plan of a search reads beside what it returns, under row-level security.</summary>
public sealed class SearchPlanTests(LargeDirectoryFixture directory) : IClassFixture<LargeDirectoryFixture>
{
    private const int Limit = 20;

    [Theory]
    [InlineData("サトウ")]
    [InlineData("佐藤")]
    [InlineData("一郎")]
    [InlineData("トウイチ")]
    [InlineData("佐藤 一郎")]
    [InlineData("イチロウ サトウ")]
    [InlineData("S11.9.14")]
    [InlineData("1940-03-02")]
    [InlineData("19400302")]
    [InlineData("0311000042")]
    [InlineData("03-1104-2042")]
    [InlineData("0420")]
    [InlineData("11042")]
    public async Task Search_ReadsAtMostTenTimesTheRowsItReturns(string query)
    {
        await using var services = directory.Portal.Node.Services.CreateAsyncScope();
        var (session, search) = await ActAsOperatorAsync(services.ServiceProvider);
        var asked = PatientQuery.Parse(query).Value;
        var found = await search.FindAsync(asked, null, Limit, TestContext.Current.CancellationToken);
        await using var explain = search.Command(asked, null, Limit);
        explain.Connection = await session.ConnectionAsync(TestContext.Current.CancellationToken);
        explain.CommandText = $"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {explain.CommandText}";

        var plan = JsonDocument.Parse((string)(await explain.ExecuteScalarAsync(TestContext.Current.CancellationToken))!).RootElement[0].GetProperty("Plan");

        Assert.NotEmpty(found);
        var read = RowsRead(plan);
        Assert.True(read <= 10 * found.Count, $"{read} rows were read to return {found.Count}:\n{plan.GetRawText()}");
    }

    /// <summary>A plan for whatever is asked would not know where in the index to begin, and read all of it.</summary>
    [Fact]
    public async Task Search_AskedOften_IsStillPlannedForWhatIsAsked()
    {
        await using var services = directory.Portal.Node.Services.CreateAsyncScope();
        var (session, search) = await ActAsOperatorAsync(services.ServiceProvider);
        for (var i = 0; i < 12; i++)
        {
            await search.FindAsync(PatientQuery.Parse("サトウ").Value, null, Limit, TestContext.Current.CancellationToken);
        }
        await using var plans = new NpgsqlCommand(
            "SELECT sum(custom_plans), sum(generic_plans) FROM pg_prepared_statements WHERE statement LIKE '%patient_term%'",
            await session.ConnectionAsync(TestContext.Current.CancellationToken));
        await using var reader = await plans.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        await reader.ReadAsync(TestContext.Current.CancellationToken);

        Assert.True(reader.GetDecimal(0) > 0);
        Assert.Equal(0, reader.GetDecimal(1));
    }

    private static async Task<(PortalSession Session, PatientSearch Search)> ActAsOperatorAsync(IServiceProvider services)
    {
        var tenants = new[] { "setagaya", "tamagawa" }.Select(slug => new TenantId(StableId.Of("tenant", slug)));
        var session = await services.ActAsync(
            new CurrentUser(Guid.NewGuid(), "operator", Roles.DeskOperator, OrganisationKind.Desk, StableId.Of("desk", "desk"), null, null), tenants,
            TestContext.Current.CancellationToken);
        return (session, services.GetRequiredService<PatientSearch>());
    }

    /// <summary>Rows that scans of tables and indexes yielded or threw away.</summary>
    private static double RowsRead(JsonElement node)
    {
        double Value(string name) => node.TryGetProperty(name, out var value) ? value.GetDouble() : 0;
        var own = node.TryGetProperty("Relation Name", out _)
            ? (Value("Actual Rows") + Value("Rows Removed by Filter") + Value("Rows Removed by Index Recheck")) * Value("Actual Loops")
            : 0;
        return own + (node.TryGetProperty("Plans", out var children) ? children.EnumerateArray().Sum(RowsRead) : 0);
    }
}

public sealed class LargeDirectoryFixture(PortalPostgres postgres) : IAsyncLifetime
{
    private const int Patients = 100_000;
    private const int Batch = 10_000;

    private static readonly (string Name, string Kana)[] Families =
    [
        ("佐藤", "サトウ"), ("鈴木", "スズキ"), ("高橋", "タカハシ"), ("田中", "タナカ"), ("伊藤", "イトウ"), ("渡辺", "ワタナベ"), ("山本", "ヤマモト"), ("中村", "ナカムラ"),
        ("小林", "コバヤシ"), ("加藤", "カトウ"), ("吉田", "ヨシダ"), ("山田", "ヤマダ"), ("佐々木", "ササキ"), ("山口", "ヤマグチ"), ("松本", "マツモト"), ("井上", "イノウエ"),
    ];

    private static readonly (string Name, string Kana)[] Given =
    [
        ("一郎", "イチロウ"), ("節子", "セツコ"), ("和子", "カズコ"), ("清", "キヨシ"), ("茂", "シゲル"), ("幸子", "サチコ"), ("正", "タダシ"), ("実", "ミノル"), ("文子", "フミコ"),
    ];

    public PortalFixture Portal { get; } = new(postgres);

    public async ValueTask InitializeAsync()
    {
        await Portal.InitializeAsync();
        // What is measured is reading: the index is built once at the end, and no row looks for its patient.
        await Portal.Database.ExecuteAsync("""
            ALTER TABLE patients.patient_term DROP CONSTRAINT patient_term_tenant_id_patient_id_fkey;
            ALTER TABLE patients.patient_term DROP CONSTRAINT patient_term_pkey;
            """);
        for (var from = 0; from < Patients; from += Batch)
        {
            await AddAsync([.. Enumerable.Range(from, Batch).Select(Patient)]);
        }
        await Portal.Database.ExecuteAsync("""
            ALTER TABLE patients.patient_term ADD CONSTRAINT patient_term_pkey PRIMARY KEY (tenant_id, term, patient_id);
            ANALYZE patients.patient, patients.patient_term;
            """);
    }

    public ValueTask DisposeAsync() => Portal.DisposeAsync();

    private async Task AddAsync(IReadOnlyList<Patient> patients)
    {
        await Portal.Database.ExecuteAsync("""
            INSERT INTO patients.patient (tenant_id, id, family_name, given_name, family_kana, given_kana, birth_date, sex, phone, sealed_place,
              primary_clinic_id, primary_clinic_name, sealed_chart, search_text, registered_at)
            SELECT $1, unnest($2::uuid[]), unnest($3::text[]), unnest($4::text[]), unnest($5::text[]), unnest($6::text[]), unnest($7::date[]), 'Female',
              unnest($8::text[]), unnest($11::bytea[]), $9, '', '', unnest($10::text[]), '2026-11-22'
            """,
            patients[0].TenantId, All(p => p.Id), All(p => p.FamilyName), All(p => p.GivenName), All(p => p.FamilyKana), All(p => p.GivenKana), All(p => p.BirthDate),
            All(p => p.Phone!), patients[0].PrimaryClinicId, All(p => p.SearchText),
            All(p => Portal.Database.Vault.Close("patients.patient.sealed_place", p.TenantId, p.Id, "{}"u8)));
        var terms = patients.SelectMany(p => p.SearchTerms().Select(term => (term, p.Id))).OrderBy(t => t.term, StringComparer.Ordinal).ToList();
        await Portal.Database.ExecuteAsync("INSERT INTO patients.patient_term (tenant_id, term, patient_id) SELECT $1, unnest($2::text[]), unnest($3::uuid[])",
            patients[0].TenantId, terms.Select(t => t.term).ToArray(), terms.Select(t => t.Id).ToArray());

        T[] All<T>(Func<Patient, T> value) => [.. patients.Select(value)];
    }

    private static Patient Patient(int number) => Modules.Patients.Domain.Patient.Register(
        StableId.Of("tenant", "setagaya"), Guid.CreateVersion7(), new PatientDetails
        {
            FamilyName = Families[number % Families.Length].Name,
            FamilyKana = Families[number % Families.Length].Kana,
            GivenName = Given[number % Given.Length].Name,
            GivenKana = Given[number % Given.Length].Kana,
            BirthDate = new DateOnly(1930, 1, 1).AddDays(number % 12_000),
            Sex = Sex.Female,
            Phone = $"03-11{number / 10_000:00}-{number % 10_000:0000}",
            Address = "",
            TownName = "",
            PrimaryClinic = (new ClinicId(StableId.Of("setagaya", "clinic1")), ""),
            Chart = new ChartSummary(),
        },
        NightClock.Start);
}
