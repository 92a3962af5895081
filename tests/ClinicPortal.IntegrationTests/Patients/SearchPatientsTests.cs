using System.Net;
using System.Text.Json;
using ClinicPortal.IntegrationTests.Infrastructure;

namespace ClinicPortal.IntegrationTests.Patients;

/// <summary>Who finds whom. 前田 節子 is a patient of Setagaya's clinic4, 尾崎 健次郎 of Koto's clinic8 with clinic9 as secondary.</summary>
public sealed class SearchPatientsTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Theory]
    [InlineData("前田節子")]
    [InlineData("節子 前田")]
    [InlineData("まえだ せつこ")]
    [InlineData("マエダ 節")]
    [InlineData("03-5555-5204")]
    [InlineData("03 5555 5204")]
    [InlineData("+81 3 5555 5204")]
    [InlineData("55555204")]
    [InlineData("昭和11年9月14日 マエダ")]
    [InlineData("S11.9.14 前田")]
    [InlineData("19360914 前田")]
    [InlineData("070-0000-1807")] // her son's wife's
    public async Task Operator_FindsAPatient_ByWhateverTheCallerSays(string query) =>
        Assert.Equal("前田 節子", Assert.Single(await FindAsync("demo.desk.operator", query)).GetProperty("name").GetString());

    [Fact]
    public async Task Operator_FindsPatientsOfEveryAssociationUnderCover_AndOfNoOther()
    {
        var hits = await FindAsync("demo.desk.operator", "サトウ");

        Assert.Equal(["setagaya", "tamagawa"], hits.Select(h => h.GetProperty("association").GetString()).Distinct().Order(StringComparer.Ordinal));
        Assert.Empty(await FindAsync("demo.desk.operator", "尾崎健次郎"));
    }

    [Fact]
    public async Task Exact_ComesBeforeBeginning_ComesBeforeInside()
    {
        var names = (await FindAsync("demo.desk.operator", "ヤマ")).Select(h => h.GetProperty("kana").GetString()!).ToList();

        var inside = names.FindIndex(kana => !kana.StartsWith("ヤマ", StringComparison.Ordinal));
        Assert.True(inside < 0 || names.Skip(inside).All(kana => !kana.StartsWith("ヤマ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("demo.setagaya.clinic4", 1)]
    [InlineData("demo.setagaya.clinic1", 0)]
    [InlineData("demo.tamagawa.clinic4", 0)]
    public async Task Clinic_FindsItsOwnPatientsOnly(string key, int expected) => Assert.Equal(expected, (await FindAsync(key, "前田節子")).Count);

    [Theory]
    [InlineData("demo.koto.clinic8", 1)]
    [InlineData("demo.koto.clinic9", 1)]
    [InlineData("demo.koto.clinic1", 0)]
    public async Task WhereAssociationsPairPhysicians_TheSecondaryFindsThePatientToo(string key, int expected) =>
        Assert.Equal(expected, (await FindAsync(key, "尾崎健次郎")).Count);

    [Theory]
    [InlineData("demo.setagaya.secretariat")]
    [InlineData("demo.setagaya.doctor1")]
    public async Task Others_MayNotSearch(string key)
    {
        using var api = portal.Node.Api(key);

        (await api.GetAsync("/api/v1/patients?query=前田")).Expect(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("前", "patients.query-too-short")]
    [InlineData("520", "patients.query-too-short")]
    [InlineData("", "patients.query-empty")]
    public async Task Query_ThatTellsNobodyApart_IsRefused(string query, string code)
    {
        using var api = portal.Node.Api("demo.desk.operator");

        var answer = await api.GetAsync($"/api/v1/patients?query={Uri.EscapeDataString(query)}");

        Assert.Equal(code, answer.Expect(HttpStatusCode.UnprocessableEntity).Code);
    }

    [Fact]
    public async Task Search_IsOnRecordWithWhomItFound()
    {
        var hit = Assert.Single(await FindAsync("demo.desk.operator", "前田節子"));

        Assert.True(await portal.Database.ReadAsync<bool>(
            "SELECT EXISTS (SELECT 1 FROM app.audit_entry WHERE action = 'Listed' AND record_kind = 'patient' AND $1 = ANY (record_ids))", hit.GetProperty("id").GetGuid()));
    }

    private async Task<IReadOnlyList<JsonElement>> FindAsync(string key, string query)
    {
        using var api = portal.Node.Api(key);
        var answer = await api.GetAsync($"/api/v1/patients?query={Uri.EscapeDataString(query)}");
        return [.. answer.Expect(HttpStatusCode.OK).Body.EnumerateArray()];
    }
}
