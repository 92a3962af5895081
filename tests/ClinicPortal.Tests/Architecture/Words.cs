using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ClinicPortal.Tests.Architecture;

/// <summary>One resource: its words in Japanese (neutral) and English.</summary>
internal sealed record Words(string Name, string Path, IReadOnlyDictionary<string, string> Japanese, IReadOnlyDictionary<string, string> English)
{
    public static IReadOnlyList<Words> All { get; } =
    [
        .. from path in SourceFile.Find("*.resx")
           where !path.EndsWith(".en.resx", StringComparison.Ordinal)
           let english = System.IO.Path.ChangeExtension(path, ".en.resx")
           select new Words(
               System.IO.Path.GetFileNameWithoutExtension(path), System.IO.Path.GetRelativePath(SourceFile.Root, path),
               Read(path), File.Exists(english) ? Read(english) : new Dictionary<string, string>()),
    ];

    public static Words Of(string name) => All.Single(w => w.Name == name);

    public override string ToString() => Path;

    private static Dictionary<string, string> Read(string path) => XDocument.Load(path).Root!.Elements("data")
        .ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);
}

/// <summary>A place in the code that looks a text up.</summary>
/// <param name="Key">The key, or its part before the first hole when <paramref name="IsPattern"/>.</param>
internal sealed partial record LookUp(string Path, string Resource, string Key, bool IsPattern)
{
    public static IReadOnlyList<LookUp> All { get; } =
    [
        .. from file in SourceFile.CSharp
           from Match declared in Localizer().Matches(DeclarationsFor(file))
           let uses = new Regex($@"\b{declared.Groups["name"].Value}\[(?<pattern>\$)?""(?<key>[^""{{]+)")
           from Match use in uses.Matches(file.Code)
           select new LookUp(file.Path, declared.Groups["resource"].Value, use.Groups["key"].Value, use.Groups["pattern"].Success),
    ];

    /// <summary>A component's localizer may be declared in its other half.</summary>
    private static string DeclarationsFor(SourceFile file)
    {
        var stem = file.Path.Replace(".razor.cs", ".razor", StringComparison.Ordinal);
        return string.Concat(SourceFile.CSharp.Where(f => f.Path == stem || f.Path == stem + ".cs").Select(f => f.Code));
    }

    [GeneratedRegex(@"IStringLocalizer<(?:\w+\.)*(?<resource>\w+)>\s+(?<name>\w+)")]
    private static partial Regex Localizer();
}
