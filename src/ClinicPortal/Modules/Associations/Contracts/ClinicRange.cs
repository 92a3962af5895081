using System.Buffers.Binary;

namespace ClinicPortal.Modules.Associations.Contracts;

/// <summary>Clinics by their ids, from one to another, both included: the part of an association that a piece of work is about.</summary>
public readonly record struct ClinicRange(Guid From, Guid Until)
{
    public static ClinicRange All { get; } = new(Guid.Empty, Guid.AllBitsSet);

    public static ClinicRange Only(ClinicId clinic) => new(clinic.Value, clinic.Value);

    /// <summary>Parts of about equal size which together are <see cref="All"/>: whoever is in none of the ids is in one of the parts all the same.</summary>
    /// <param name="ids">Ascending, as the database sorts them.</param>
    public static IReadOnlyList<ClinicRange> Cut(IReadOnlyList<Guid> ids, int size)
    {
        Guid[] begins = [Guid.Empty, .. ids.Where((_, index) => index > 0 && index % size == 0)];
        return [.. begins.Select((from, part) => new ClinicRange(from, part + 1 < begins.Length ? Before(begins[part + 1]) : Guid.AllBitsSet))];
    }

    private static Guid Before(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteUInt128BigEndian(bytes, BinaryPrimitives.ReadUInt128BigEndian(bytes) - 1);
        return new Guid(bytes, bigEndian: true);
    }
}
