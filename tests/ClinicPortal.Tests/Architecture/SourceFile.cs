using System.Text.RegularExpressions;

namespace ClinicPortal.Tests.Architecture;

/// <summary>A file of the repository's <c>src/</c>.</summary>
/// <param name="Path">Relative to <c>src/</c>, with forward slashes.</param>
/// <param name="Code">The text without its comments.</param>
internal sealed partial record SourceFile(string Path, string Code)
{
    private static readonly string[] NotOurs = ["bin", "obj", "node_modules", "wwwroot"];

    public static string Root { get; } = System.IO.Path.Combine(Repository(), "src");

    public static IReadOnlyList<SourceFile> All { get; } = [.. Find("*.cs", "*.razor", "*.sql").Select(Read)];

    public static IEnumerable<SourceFile> CSharp => All.Where(f => !f.Path.EndsWith(".sql", StringComparison.Ordinal));

    public static IEnumerable<SourceFile> Sql => All.Where(f => f.Path.EndsWith(".sql", StringComparison.Ordinal));

    /// <summary>Name of the module that the file belongs to.</summary>
    public string? Module => ModulePath().Match(Path) is { Success: true } match ? match.Groups[1].Value : null;

    public static IEnumerable<string> Find(params string[] patterns) =>
        from pattern in patterns
        from path in Directory.EnumerateFiles(Root, pattern, SearchOption.AllDirectories)
        where !System.IO.Path.GetRelativePath(Root, path).Split('/', '\\').Intersect(NotOurs).Any()
        orderby path
        select path;

    /// <summary>Every match of the pattern as <c>path: matched text</c>, for a message that says where to look.</summary>
    public static IEnumerable<string> Matches(IEnumerable<SourceFile> files, Regex pattern) =>
        from file in files
        from Match match in pattern.Matches(file.Code)
        select $"{file.Path}: {match.Value}";

    private static SourceFile Read(string path)
    {
        var text = File.ReadAllText(path);
        var comments = path.EndsWith(".sql", StringComparison.Ordinal) ? SqlComment() : CodeComment();
        return new SourceFile(System.IO.Path.GetRelativePath(Root, path).Replace('\\', '/'), comments.Replace(text, ""));
    }

    private static string Repository()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(directory.FullName, "ClinicPortal.sln")))
            {
                return directory.FullName;
            }
        }
        throw new DirectoryNotFoundException("The tests do not run inside the repository.");
    }

    [GeneratedRegex(@"^ClinicPortal/Modules/(\w+)/")]
    private static partial Regex ModulePath();

    [GeneratedRegex(@"--[^\n]*")]
    private static partial Regex SqlComment();

    [GeneratedRegex(@"(?<=^|\s)//[^\n]*|/\*.*?\*/|@\*.*?\*@", RegexOptions.Singleline)]
    private static partial Regex CodeComment();
}
