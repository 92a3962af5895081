namespace ClinicPortal.Tests.Tenants;

/// <summary>The repository's own <c>tenants/</c>, and copies of it to spoil.</summary>
internal sealed class TenantsDirectory : IDisposable
{
    private readonly DirectoryInfo copy = Directory.CreateTempSubdirectory("tenants-");

    public static string Path { get; } = Find();

    public TenantsDirectory()
    {
        foreach (var file in Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories))
        {
            var target = System.IO.Path.Combine(copy.FullName, System.IO.Path.GetRelativePath(Path, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    public string CopyPath => copy.FullName;

    public string PathOf(string file) => System.IO.Path.Combine(copy.FullName, file);

    /// <summary>Replaces the first line that is <paramref name="line"/> and gives its number.</summary>
    public int ReplaceLine(string file, string line, string replacement)
    {
        var lines = File.ReadAllLines(PathOf(file));
        var index = Array.FindIndex(lines, candidate => candidate.Trim() == line);
        Assert.True(index >= 0, $"{file} has no line '{line}'.");
        var indent = lines[index][..^lines[index].TrimStart().Length];
        lines[index] = indent + replacement;
        File.WriteAllLines(PathOf(file), lines);
        return index + 1;
    }

    public void Dispose() => copy.Delete(recursive: true);

    private static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(directory.FullName, "ClinicPortal.sln")))
            {
                return System.IO.Path.Combine(directory.FullName, "tenants");
            }
        }

        throw new DirectoryNotFoundException("The tests do not run inside the repository.");
    }
}
