using System.Text.RegularExpressions;
using ClinicPortal.Tests.Architecture;

namespace ClinicPortal.Tests;

/// <summary>Holds <c>infra/security/asvs.md</c> to the standard's list of requirements and to what is in the repository.</summary>
public sealed partial class AsvsTableTests
{
    /// <summary>Requirements of levels 1 and 2 of ASVS 5.0.0: each section with its count; those of level 3 come last in theirs.</summary>
    private const string Standard = """
        1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1 4.3:2 4.4:4 5.1:1 5.2:3 5.3:2 5.4:3
        6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4
        10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 12.2:2 12.3:4
        13.1:1 13.2:5 13.3:2 13.4:5 14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7 16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1 17.2:4 17.3:2
        """;

    private static readonly string[] States = ["met", "partly", "not met", "not applicable"];
    private static readonly string Repository = Path.GetDirectoryName(SourceFile.Root)!;
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(Repository, "infra", "security", "asvs.md"));
    private static readonly IReadOnlyList<Row> Rows = [.. Lines.Select(line => line.Split('|', StringSplitOptions.TrimEntries)).Where(c => c is ["", ['V', _, ..] id, ..] && RequirementId().IsMatch(id)).Select(Row.Of)];

    [Fact]
    public void EveryRequirementOfTheStandard_HasOneRow() => Assert.Equal(
        from section in Standard.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        let part = section.Split(':')
        from number in Enumerable.Range(1, int.Parse(part[1], System.Globalization.CultureInfo.InvariantCulture))
        select $"V{part[0]}.{number}",
        Rows.Select(row => row.Id));

    [Fact]
    public void Row_SaysWhereAndWhatShowsIt_OrWhatIsMissing() => Violations.None(
        from row in Rows
        let isWhole = row.State == "met"
            ? Paths(row).Any() && Quoted(row.Tests).Any() && row.Missing.Length == 0
            : States.Contains(row.State) && row.Missing.Length > 0
        where !isWhole || row.Asks.Length == 0 || row.Level is not ("1" or "2")
        select $"{row.Id} ({row.State})");

    [Fact]
    public void EveryFileNamed_IsThere() => Violations.None(
        from row in Rows
        from path in Paths(row)
        where !new[] { "", "src/ClinicPortal" }.Any(root => Path.Exists(Path.Combine(Repository, root, path)))
        select $"{row.Id}: {path}");

    [Fact]
    public void EveryTestNamed_IsThere()
    {
        var tests = Directory.EnumerateFiles(Path.Combine(Repository, "tests"), "*Tests.cs", SearchOption.AllDirectories).Select(File.ReadAllText).ToList();

        Violations.None(
            from row in Rows
            from name in Quoted(row.Tests)
            let parts = name.Split('.')
            where !tests.Any(file => Regex.IsMatch(file, $@"\bclass {parts[0]}\b") && (parts.Length == 1 || file.Contains($" {parts[1]}(", StringComparison.Ordinal)))
            select $"{row.Id}: {name}");
    }

    [Fact]
    public void Numbers_AreThoseOfTheRows()
    {
        var chapters = Rows.GroupBy(row => row.Id.Split('.')[0]).Select(chapter => $"{chapter.Key} {Counts(chapter)}").Append($"**all** {Counts(Rows)}");

        Assert.Equal(chapters, Lines.Select(line => Summary().Match(line)).Where(match => match.Success)
            .Select(match => $"{match.Groups["chapter"]} {match.Groups["counts"].Value.Replace("|", "", StringComparison.Ordinal).Replace("  ", " ", StringComparison.Ordinal).Trim()}"));
    }

    private static string Counts(IEnumerable<Row> rows)
    {
        var all = rows.ToList();
        return string.Join(' ', States.Select(state => all.Count(row => row.State == state)).Append(all.Count));
    }

    private static IEnumerable<string> Paths(Row row) => Quoted(row.Where).Where(text => PathOfFile().IsMatch(text));

    private static IEnumerable<string> Quoted(string cell) => Code().Matches(cell).Select(match => match.Groups[1].Value);

    private sealed record Row(string Id, string Level, string Asks, string State, string Where, string Tests, string Missing)
    {
        public static Row Of(string[] cells) => new(cells[1], cells[2], cells[3], cells[4], cells[5], cells[6], cells[7]);
    }

    [GeneratedRegex(@"^V\d+\.\d+\.\d+$")]
    private static partial Regex RequirementId();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"^[\w.-]+(/[\w.-]+)+$|^[\w-][\w.-]*\.(cs|csproj|json|md|props)$")]
    private static partial Regex PathOfFile();

    [GeneratedRegex(@"^\| (?<chapter>V\d+|\*\*all\*\*)( [^|]*)? (?<counts>(\| \d+ ){5})\|$")]
    private static partial Regex Summary();
}
