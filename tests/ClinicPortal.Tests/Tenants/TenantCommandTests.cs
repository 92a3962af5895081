using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Tests.Tenants;

/// <summary>What <c>tenants check</c> and <c>tenants preview</c> say to the person who wrote the folder.</summary>
public sealed partial class TenantCommandTests : IDisposable
{
    private readonly TenantsDirectory tenants = new();

    public TenantCommandTests() => CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("ja-JP");

    [Theory]
    [InlineData("tenant.yaml", "saturdayFrom: \"13:00\"", "saturdayFrom: noon", "時刻ではありません(例: \"18:00\")")]
    [InlineData("tenant.yaml", "answerSeconds: 20", "answerSeconds: soon", "整数にしてください(例: 60)")]
    [InlineData("tenant.yaml", "sundays: true", "sundays: often", "true(はい)か false(いいえ)にしてください")]
    [InlineData("tenant.yaml", "- effectiveFrom: 2024-06-01", "- effectiveFrom: 6月", "日付ではありません(例: 2026-04-01)")]
    [InlineData("tenant.yaml", "postalCode: 158-0094", "postalCode: 1580094", "郵便番号は 123-4567 の形で書いてください")]
    [InlineData("tenant.yaml", "accent: \"#0e7a5f\"", "accent: green", "色は # と 16 進 6 桁で書いてください(例: #0f6cbd)")]
    public void Check_OfAMistake_SaysInWordsWhatToWrite(string file, string line, string mistake, string message)
    {
        var number = tenants.ReplaceLine($"tamagawa/{file}", line, mistake);

        var (code, output) = Run("check", "tamagawa");

        Assert.Equal(1, code);
        Assert.Contains($"tamagawa/{file}:{number} ", output, StringComparison.Ordinal);
        Assert.Contains(message, output, StringComparison.Ordinal);
        Assert.DoesNotMatch(ProgrammersWords(), output);
    }

    [Fact]
    public void EveryFormatAndType_HasWordsForPeople()
    {
        var missing =
            from type in typeof(TenantSettings).Assembly.GetTypes()
            where type.Namespace == typeof(TenantSettings).Namespace && type is { IsClass: true, IsAbstract: false }
            from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            where property.IsDefined(typeof(RegularExpressionAttribute)) && Message($"Format.{type.Name}.{property.Name}") is null
            select $"{type.Name}.{property.Name}";

        Assert.Empty(missing);
        Assert.All(["String", "Boolean", "Int32", "Double", "TimeOnly", "DateOnly", "MonthDay", "PostedHours"], type => Assert.NotNull(Message($"Not{type}")));
    }

    [Theory]
    [InlineData("admin")]
    [InlineData("www")]
    [InlineData("sign-in")]
    [InlineData("api")]
    [InlineData("mail")]
    public void Check_OfAReservedName_RefusesIt(string name)
    {
        Rename("koto", name);

        var (code, output) = Run("check", name);

        Assert.Equal(1, code);
        Assert.Contains("予約されている", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("koto-")]
    [InlineData("xn--koto")]
    [InlineData("1koto")]
    [InlineData("k")]
    public void Check_OfANameThatIsNoHost_RefusesIt(string name)
    {
        Rename("koto", name);

        Assert.Contains(":1 identifier", Run("check", name).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_OfTheModelAssociations_FindsNothing()
    {
        var (code, output) = Run("check");

        Assert.Equal(0, code);
        Assert.Contains("世田谷区医師会", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_OfAnotherName_SaysThatThereIsNoFolder() => Assert.Equal((1, "その名前のフォルダーはありません"), Run("check", "nowhere"));

    [Fact]
    public void Preview_ShowsNightsPricesAndArea()
    {
        var (code, output) = Run("preview", "setagaya");

        Assert.Equal(0, code);
        // A weekday's night in its classes, and the holiday on which cover runs round the clock.
        Assert.Contains("18:00–09:00  夜間 18:00–22:00  深夜 22:00–06:00  夜間 06:00–08:00  加算なし 08:00–09:00", output, StringComparison.Ordinal);
        Assert.Contains("11月23日(月) 勤労感謝の日", output, StringComparison.Ordinal);
        Assert.Contains("往診 加算なし ¥18,000 夜間 ¥18,000 休日 ¥18,000 深夜 ¥25,000", output, StringComparison.Ordinal);
        Assert.Contains("オンライン診療(同意書は見本、版 sample-1)", output, StringComparison.Ordinal);
        Assert.Contains("初診 (firstVisit)  30 分、問診 4 問、初診", output, StringComparison.Ordinal);
        Assert.Contains("担当区域 184 町丁目", output, StringComparison.Ordinal);
        Assert.Contains("重なる町丁目はありません", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Preview_OfAnAreaThatAnotherAssociationHasToo_NamesIt()
    {
        File.AppendAllLines(tenants.PathOf("tamagawa/areas.csv"), [File.ReadAllLines(tenants.PathOf("setagaya/areas.csv"))[1]]);

        Assert.Contains("世田谷区医師会と 1 件重なります: 世田谷区赤堤一丁目", Run("preview", "tamagawa").Output, StringComparison.Ordinal);
    }

    public void Dispose() => tenants.Dispose();

    private (int Code, string Output) Run(params string[] args)
    {
        using var output = new StringWriter();
        var code = TenantCommand.Run(args, tenants.CopyPath, new TestNight(), output);
        return (code, output.ToString().Trim());
    }

    private void Rename(string from, string to)
    {
        Directory.Move(tenants.PathOf(from), tenants.PathOf(to));
        tenants.ReplaceLine($"{to}/tenant.yaml", $"identifier: {from}", $"identifier: {to}");
    }

    private static string? Message(string key) =>
        new System.Resources.ResourceManager("ClinicPortal.Shared.Tenancy.Settings.SettingsMessages", typeof(TenantSettings).Assembly).GetString(key, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\b(TimeOnly|DateOnly|Int32|Boolean|Double|MonthDay|String|Nullable)\b|\^\[")]
    private static partial Regex ProgrammersWords();

    private sealed class TestNight : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    }
}
