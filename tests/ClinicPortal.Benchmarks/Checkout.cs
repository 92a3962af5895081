namespace ClinicPortal.Benchmarks;

/// <summary>Where the source is that this was built from: the portal's assets and the associations' folders are read there.</summary>
internal static class Checkout
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "ClinicPortal.sln")))
            {
                return directory.FullName;
            }
        }
        throw new InvalidOperationException("The benchmarks run inside the checkout that they were built from.");
    }
}
