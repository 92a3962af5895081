using System.Globalization;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Tests.Tenants;

public sealed class TenantFolderTests : IDisposable
{
    private readonly TenantsDirectory tenants = new();

    [Theory]
    [InlineData("tenant.yaml", "casePrefix: TM", "casePrefx: TM", "casePrefx")]
    [InlineData("tenant.yaml", "casePrefix: TM", "casePrefix: tamagawa", "casePrefix")]
    [InlineData("tenant.yaml", "identifier: tamagawa", "identifier: setagaya", "identifier")]
    [InlineData("tenant.yaml", "zone: Asia/Tokyo", "zone: Asia/Tokio", "zone")]
    [InlineData("tenant.yaml", "accent: \"#0e7a5f\"", "accent: green", "accent")]
    [InlineData("tenant.yaml", "careModel: associationDesk", "careModel: 0", "careModel")]
    [InlineData("tenant.yaml", "desk: desk", "desk: nobody", "desk")]
    [InlineData("tenant.yaml", "sundays: true", "sundays: often", "outOfHours.sundays")]
    [InlineData("tenant.yaml", "saturdayFrom: \"13:00\"", "saturdayFrom: \"25:00\"", "outOfHours.saturdayFrom")]
    [InlineData("tenant.yaml", "- { from: 12-29, to: 01-03 }", "- { from: 02-30, to: 01-03 }", "outOfHours.closedDays[0].from")]
    [InlineData("tenant.yaml", "- { from: 12-29, to: 01-03 }", "- 12-29", "outOfHours.closedDays[0]")]
    [InlineData("tenant.yaml", "weekdayNight: { from: \"18:00\", to: \"09:00\" }", "weekdayNight: { from: \"18:00\", to: \"22:00\" }", "outOfHours.weekdayNight")]
    [InlineData("tenant.yaml", "answerSeconds: 20", "answerSeconds: 0", "targets.answerSeconds")]
    [InlineData("tenant.yaml", "answerSeconds: 20", "answerSeconds: soon", "targets.answerSeconds")]
    [InlineData("tenant.yaml", "doorMinutes: { orange: 60, yellow: 180, expectedDeath: 120 }", "doorMinutes: { orange: 60, yellow: 180 }", "targets.doorMinutes.expectedDeath")]
    [InlineData("tenant.yaml", "reportBy: \"07:00\"", "reportBy:", "targets.reportBy")]
    [InlineData("tenant.yaml", "institutionCode: \"1319900021\"", "institutionCode: \"1319900022\"", "associationClinic.institutionCode")]
    [InlineData("tenant.yaml", "registrationNumber: T3999999900022", "registrationNumber: T6999999900022", "invoiceIssuer.registrationNumber")]
    [InlineData("tenant.yaml", "publicNumber: 03-5555-0200", "publicNumber: call us", "phoneNumbers.publicNumber")]
    [InlineData("tenant.yaml", "remindHoursBefore: [24, 1]", "remindHoursBefore: [24, 0]", "onlineConsultation.booking.remindHoursBefore[1]")]
    [InlineData("tenant.yaml", "remindHoursBefore: [24, 1]", "remindHoursBefore: [24, 24]", "onlineConsultation.booking.remindHoursBefore")]
    [InlineData("tenant.yaml", "- code: firstVisit", "- code: followUp", "onlineConsultation.services[1].code")]
    [InlineData("tenant.yaml", "- code: firstVisit", "- code: first visit", "onlineConsultation.services[1].code")]
    [InlineData("tenant.yaml", "- { code: medicines, label: { ja: \"残っている薬、飲めなかった薬\", en: \"Medicines left over or not taken\" }, kind: text }",
        "- { code: fever, label: { ja: \"残っている薬\", en: \"Medicines\" }, kind: text }", "onlineConsultation.services[0].questionnaire.questions[4].code")]
    [InlineData("tenant.yaml", "- { code: temperature, label: { ja: \"今日の体温(℃)\", en: \"Today's temperature (°C)\" }, kind: number }",
        "- { code: temperature, label: { ja: \"体温\", en: \"Temperature\" }, kind: choice, options: [ { code: high, label: { ja: \"高い\", en: \"High\" } } ] }",
        "onlineConsultation.services[0].questionnaire.questions[2].options")]
    [InlineData("tenant.yaml", "- { code: temperature, label: { ja: \"今日の体温(℃)\", en: \"Today's temperature (°C)\" }, kind: number }",
        "- { code: temperature, label: { ja: \"体温\", en: \"Temperature\" }, kind: choice }", "onlineConsultation.services[0].questionnaire.questions[2].options")]
    [InlineData("prices.yaml", "- effectiveFrom: 2026-04-01", "- effectiveFrom: spring", "versions[0].effectiveFrom")]
    [InlineData("prices.yaml", "taxCategory: taxable10", "taxCategory: taxable", "versions[0].taxCategory")]
    [InlineData("prices.yaml", "- { upToPatients: 50, yen: 76000 }", "- { upToPatients: 20, yen: 76000 }", "versions[0].plans[0].monthlyBase[1].upToPatients")]
    [InlineData("prices.yaml", "call: 3000", "call: -1", "versions[0].plans[0].call")]
    [InlineData("prices.yaml", "noticeDays: 30", "noticeDays: 400", "versions[0].plans[0].noticeDays")]
    [InlineData("prices.yaml", "beyondPatients: charge", "beyondPatients: pay", "versions[0].plans[1].beyondPatients")]
    [InlineData("prices.yaml", "includedCalls: 3", "includedCalls: 3\n        mostCalls: 2", "versions[0].plans[0].mostCalls", 1)]
    [InlineData("prices.yaml", "includedCalls: 3", "beyondCalls: pay", "versions[0].plans[0].beyondCalls")]
    [InlineData("prices.yaml", "includedCalls: 3", "covers: sundays", "versions[0].plans[0].covers")]
    [InlineData("prices.yaml", "- { label: 新規開業割引, off: \"5000\", firstMonths: 12 }", "- { label: 新規開業割引, off: \"5,000\" }", "versions[0].plans[1].discounts[0].off")]
    [InlineData("prices.yaml", "- { label: 新規開業割引, off: \"5000\", firstMonths: 12 }", "- { label: 新規開業割引, off: \"5000\", from: 2026-05-01, until: 2026-04-01 }", "versions[0].plans[1].discounts[0].until")]
    [InlineData("prices.yaml", "plan: small", "plan: large", "versions[0].nights.plan")]
    [InlineData("prices.yaml", "newYear: { from: 12-30, to: 01-03 }", "newYear: { from: 30-12, to: 01-03 }", "versions[0].nights.newYear.from")]
    [InlineData("pay.yaml", "statutoryRestDay: sunday", "statutoryRestDay: holiday", "tables[0].statutoryRestDay")]
    [InlineData("pay.yaml", "deepNight: { from: \"22:00\", to: \"05:00\" }", "deepNight: { from: \"22\", to: \"05:00\" }", "tables[0].deepNight.from")]
    [InlineData("pay.yaml", "limits: { dailyHours: 8, weeklyHours: 40, monthlyOvertimeHours: 60, yearlyOvertimeHours: 960 }",
        "limits: { dailyHours: 25, weeklyHours: 40, monthlyOvertimeHours: 60, yearlyOvertimeHours: 960 }", "tables[0].limits.dailyHours")]
    [InlineData("pay.yaml", "perHour: 8000", "perHour: -1", "tables[0].doctorSalary.perHour")]
    [InlineData("pay.yaml", "yenRounding: half", "yenRounding: near", "tables[0].yenRounding")]
    public void Load_WithAMistakenLine_NamesFileLineAndFieldAndRefusesThatTenantOnly(string file, string line, string mistake, string field, int further = 0)
    {
        var number = tenants.ReplaceLine($"tamagawa/{file}", line, mistake) + further;

        var folder = TenantFolder.Load(tenants.CopyPath);

        var refused = Assert.Single(folder.Refused);
        Assert.Equal("tamagawa", refused.Name);
        Assert.Contains(refused.Problems, problem => (problem.File, problem.Line, problem.Field) == ($"tamagawa/{file}", number, field));
        Assert.Equal(["koto", "setagaya"], folder.Tenants.Select(tenant => tenant.Settings.Identifier));
    }

    [Theory]
    [InlineData("13112-999,世田谷区玉川九丁目", "")]
    [InlineData("13112,世田谷区玉川九丁目,35.6,139.6", "code")]
    [InlineData("13112-999,,35.6,139.6", "name")]
    [InlineData("13112-999,世田谷区玉川九丁目,north,139.6", "latitude")]
    [InlineData("13112-999,世田谷区玉川九丁目,35.6,13.96", "longitude")]
    [InlineData("13112-999,\"世田谷区玉川九丁目,35.6,139.6", "")]
    public void Load_WithAMalformedAreaRow_NamesItsLineAndColumn(string row, string column)
    {
        var file = tenants.PathOf("tamagawa/areas.csv");
        var number = File.ReadAllLines(file).Length + 1;
        File.AppendAllLines(file, [row]);

        var problem = Assert.Single(Assert.Single(TenantFolder.Load(tenants.CopyPath).Refused).Problems);

        Assert.Equal(("tamagawa/areas.csv", number, column), (problem.File, problem.Line, problem.Field));
    }

    [Fact]
    public void Load_WithTheSameTownBlockTwice_NamesTheSecondRow()
    {
        var file = tenants.PathOf("tamagawa/areas.csv");
        var rows = File.ReadAllLines(file);
        File.AppendAllLines(file, [rows[1]]);

        var problem = Assert.Single(Assert.Single(TenantFolder.Load(tenants.CopyPath).Refused).Problems);

        Assert.Equal((rows.Length + 1, "code"), (problem.Line, problem.Field));
    }

    [Fact]
    public void Load_WithAnUnknownColumn_NamesItAndTheMissingOne()
    {
        tenants.ReplaceLine("koto/areas.csv", "code,name,latitude,longitude", "code,name,lat,longitude");

        var problems = Assert.Single(TenantFolder.Load(tenants.CopyPath).Refused).Problems;

        Assert.Equal([(1, "lat"), (1, "latitude")], problems.Select(problem => (problem.Line, problem.Field)));
    }

    [Fact]
    public void Load_WithBrokenYaml_NamesTheLine()
    {
        var number = tenants.ReplaceLine("koto/tenant.yaml", "dispatch:", "dispatch: [");

        var problem = Assert.Single(Assert.Single(TenantFolder.Load(tenants.CopyPath).Refused).Problems);

        Assert.Equal("koto/tenant.yaml", problem.File);
        Assert.InRange(problem.Line, number, number + 2);
    }

    [Fact]
    public void Load_WithALevelTwice_IsRefused()
    {
        tenants.ReplaceLine("koto/tenant.yaml", "- { level: white, label: { ja: \"白\", en: \"White\" }, action: { ja: \"電話で助言する\", en: \"Advice by phone\" } }", "- { level: red, label: { ja: \"白\", en: \"White\" }, action: { ja: \"電話で助言する\", en: \"Advice by phone\" } }");

        var problem = Assert.Single(Assert.Single(TenantFolder.Load(tenants.CopyPath).Refused).Problems);

        Assert.Equal("triage.levels", problem.Field);
    }

    [Theory]
    [InlineData("tenant.yaml")]
    [InlineData("prices.yaml")]
    [InlineData("areas.csv")]
    [InlineData("logo.svg")]
    public void Load_WithAFileMissing_SaysWhich(string file)
    {
        File.Delete(tenants.PathOf($"koto/{file}"));

        var problem = Assert.Single(Assert.Single(TenantFolder.Load(tenants.CopyPath).Refused).Problems);

        Assert.Equal($"koto/{file}", problem.File);
    }

    [Fact]
    public void Load_WithoutPayRates_IsAnAssociationThatPaysNobodyByThePortal()
    {
        File.Delete(tenants.PathOf("koto/pay.yaml"));

        var folder = TenantFolder.Load(tenants.CopyPath);

        Assert.Null(folder.Tenants.Single(tenant => tenant.Settings.Identifier == "koto").Pay);
        Assert.NotNull(folder.Tenants.Single(tenant => tenant.Settings.Identifier == "setagaya").Pay);
        Assert.DoesNotContain("\"pay\"", SettingsJson.Write(folder.Tenants.Single(tenant => tenant.Settings.Identifier == "koto").Document), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithTwoRateTablesOfOneDay_IsRefused()
    {
        var tables = File.ReadAllText(tenants.PathOf("koto/pay.yaml"));
        File.AppendAllText(tenants.PathOf("koto/pay.yaml"), tables[(tables.IndexOf("tables:", StringComparison.Ordinal) + "tables:\n".Length)..]);

        Assert.Equal("tables", Assert.Single(Assert.Single(TenantFolder.Load(tenants.CopyPath).Refused).Problems).Field);
    }

    [Fact]
    public void Load_WithSeveralMistakes_NamesThemAll()
    {
        tenants.ReplaceLine("koto/tenant.yaml", "zone: Asia/Tokyo", "zone: Tokyo");
        tenants.ReplaceLine("koto/tenant.yaml", "casePrefix: KT", "casePrefix: 1");
        tenants.ReplaceLine("koto/prices.yaml", "video: 6000", "film: 6000");

        var problems = Assert.Single(TenantFolder.Load(tenants.CopyPath).Refused).Problems;

        Assert.Equal(["casePrefix", "versions[0].plans[0].film", "versions[0].plans[0].video", "zone"], problems.Select(problem => problem.Field).Order());
    }

    [Fact]
    public void Load_WithAMistakeInTheDesk_KeepsTheAssociations()
    {
        var number = tenants.ReplaceLine("desk/desk.yaml", "phone: 03-5555-0019", "phone: none");

        var folder = TenantFolder.Load(tenants.CopyPath);

        Assert.Equal(("desk/desk.yaml", number, "phone"), folder.Refused.SelectMany(refused => refused.Problems).Select(problem => (problem.File, problem.Line, problem.Field)).Single());
        Assert.Equal(3, folder.Tenants.Count);
    }

    [Theory]
    [InlineData("ja", "知らない時間帯です(例: Asia/Tokyo)")]
    [InlineData("en", "Unknown time zone (an example is Asia/Tokyo)")]
    public void Load_WithAMistake_SaysItInTheReadersLanguage(string culture, string message)
    {
        tenants.ReplaceLine("koto/tenant.yaml", "zone: Asia/Tokyo", "zone: Tokyo");
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(culture);

        var problem = Assert.Single(Assert.Single(TenantFolder.Load(tenants.CopyPath).Refused).Problems);

        Assert.Equal(message, problem.Message);
    }

    public void Dispose() => tenants.Dispose();
}
