using System.Globalization;
using System.Text.Json;
using ClinicPortal.Shared.Tenancy.Settings;
using ClinicPortal.Shared.Tenancy.Settings.Demo;

namespace ClinicPortal.Tests.Tenants;

/// <summary>The folders that are shipped, as they are.</summary>
public sealed class RealTenantsTests
{
    private const int SetagayaWardBlocks = 277;
    private const int KotoWardBlocks = 158;

    private static readonly TenantFolder Folder = TenantFolder.Load(TenantsDirectory.Path);

    public static TheoryData<string> Identifiers => ["koto", "setagaya", "tamagawa"];

    [Fact]
    public void Load_ShippedFolders_HaveNoProblem()
    {
        Assert.Empty(Folder.Refused.SelectMany(refused => refused.Problems));
        Assert.Equal(Identifiers.Select(row => row.Data), Folder.Tenants.Select(tenant => tenant.Settings.Identifier));
        Assert.Equal("desk", Assert.Single(Folder.Desks).Settings.Identifier);
    }

    [Fact]
    public void Areas_OfBothWards_HaveEveryTownBlockOnce()
    {
        var codes = Folder.Tenants.SelectMany(tenant => tenant.Areas).Select(block => block.Code).Order(StringComparer.Ordinal);

        var expected = Numbered("13108", KotoWardBlocks).Concat(Numbered("13112", SetagayaWardBlocks));
        Assert.Equal(expected, codes);
        Assert.Distinct(Folder.Tenants.SelectMany(tenant => tenant.Areas).Select(block => block.Name));
    }

    [Theory]
    [MemberData(nameof(Identifiers))]
    public void Settings_ThroughJson_AreTheSame(string identifier)
    {
        var settings = Tenant(identifier).Settings;

        var json = JsonSerializer.Serialize(settings, JsonSerializerOptions.Web);
        var read = JsonSerializer.Deserialize<TenantSettings>(json, JsonSerializerOptions.Web);

        Assert.Equal(json, JsonSerializer.Serialize(read, JsonSerializerOptions.Web));
        Assert.Contains("\"from\":\"18:00", json, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Identifiers))]
    public void Demo_NamesOnlyWhatIsThere(string identifier)
    {
        var tenant = Tenant(identifier);
        var demo = DemoFolder.Read(tenant);
        var blocks = tenant.Areas.Select(block => block.Code).ToHashSet();
        var clinics = demo.Clinics.Select(clinic => clinic.Key).ToHashSet();
        var facilities = demo.Facilities.Select(facility => facility.Key).ToHashSet();
        var accounts = demo.Staff.Accounts.ToDictionary(account => account.Key);

        Assert.Equal(demo.Clinics.Select((_, index) => $"clinic{index + 1}"), demo.Clinics.Select(clinic => clinic.Key));
        Assert.All(demo.Clinics, clinic => Assert.Contains(clinic.Plan, tenant.Prices.Versions[0].Plans.Select(plan => plan.Code)));
        Assert.All(demo.Clinics, clinic => Assert.Contains(clinic.TownBlock, blocks));
        Assert.All(demo.Facilities, facility => Assert.Contains(facility.TownBlock, blocks));
        Assert.All(demo.Patients, patient =>
        {
            Assert.Contains(patient.TownBlock, blocks);
            Assert.Contains(patient.PrimaryClinic, clinics);
            Assert.NotEqual(patient.PrimaryClinic, patient.SecondaryClinic);
            Assert.True(patient.SecondaryClinic is null || clinics.Contains(patient.SecondaryClinic));
            Assert.True(patient.Facility is null || facilities.Contains(patient.Facility));
            Assert.NotEmpty(patient.KeyPersons);
        });
        Assert.All(accounts.Values.Where(account => account.Organisation is not null), account =>
            Assert.Contains(account.Organisation!, clinics.Union(facilities)));
        Assert.All(demo.Shifts.Units, unit => Assert.Equal(DemoRole.NightDoctor, accounts[unit.Doctor].Role));
        Assert.All(demo.Shifts.Units, unit => Assert.Equal(DemoRole.Driver, accounts[unit.Driver].Role));
    }

    [Theory]
    [MemberData(nameof(Identifiers))]
    public void Demo_IsLargeEnoughAndDistinct(string identifier)
    {
        var demo = DemoFolder.Read(Tenant(identifier));

        Assert.True(demo.Clinics.Count >= 8);
        Assert.True(demo.Patients.Count >= 300);
        Assert.Equal(2, demo.Shifts.Units.Count);
        Assert.Distinct(demo.Patients.Select(patient => patient.ChartNumber));
        Assert.Distinct(demo.Clinics.Select(clinic => clinic.InstitutionCode));
        Assert.Distinct(demo.Staff.Accounts.Select(account => account.Email));
    }

    [Fact]
    public void Demo_OfKoto_PairsEveryPatientWithASecondaryPhysician() =>
        Assert.All(DemoFolder.Read(Tenant("koto")).Patients, patient => Assert.NotNull(patient.SecondaryClinic));

    [Fact]
    public void Demo_OfDesk_HasTheOperators() =>
        Assert.Equal(["operator1", "operator2", "nurse", "platform"], DemoFolder.Read(Folder.Desks[0]).Accounts.Select(account => account.Key));

    [Fact]
    public void ClosedDays_OverTheYearsEnd_HoldBothSides()
    {
        var closed = Tenant("setagaya").Settings.OutOfHours.ClosedDays[0];

        Assert.Equal([false, true, true, false], new DateOnly[] { new(2026, 12, 28), new(2026, 12, 29), new(2027, 1, 3), new(2027, 1, 4) }.Select(closed.Contains));
    }

    [Fact]
    public void LocalizedText_IsEnglishOnlyForEnglish()
    {
        var name = Tenant("koto").Settings.Name;

        Assert.Equal("江東区医師会", name.For(CultureInfo.InvariantCulture));
        Assert.Equal("Koto Medical Association", name.For(CultureInfo.GetCultureInfo("en-GB")));
    }

    private static TenantDefinition Tenant(string identifier) => Folder.Tenants.Single(tenant => tenant.Settings.Identifier == identifier);

    private static IEnumerable<string> Numbered(string municipality, int count) =>
        Enumerable.Range(1, count).Select(number => $"{municipality}-{number:000}");
}
