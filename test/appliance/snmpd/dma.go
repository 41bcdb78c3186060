package snmpd

import "fmt"

// DMAPrefix is what all OIDs of a DMA begin with.
const DMAPrefix = "1.3.6.1.4.1.13885.13.2"

var clusters = []identifying{"dma-isar-toelz", "dma-isar-fuessen", "dma-isar-traunstein"}

// DMA is the supercluster of the Platform API's stand-in: three clusters of five servers, of which the second and third
// cluster have two and one.
//
// Public are the columns' numbers and meanings. Inferred are the rows' index, counted from 1 in all tables; that
// licences, conferences and registrations have a row for each cluster, and the tables of CPU and storage one for each
// server; the name in column 2 where it is not known of that table; and that swap and disk have their total and used
// megabytes in the columns of the log partition.
//
// Summed over the clusters: 1000 licensed calls of which 85 are active, 9 conferences with 60 participants, 240 video
// and 120 voice ports of which 52 and 8 are used, 148 local users, 38 rooms, 288 active and 24 inactive registrations.
func DMA() []Object { return dma().objects() }

func dma() set {
	s := set{DMAPrefix + ".2.3.1.0": len(clusters)}
	s.system(clusters[0])
	names := each(len(clusters), func(i int) identifying { return clusters[i] })
	s.table(DMAPrefix+".2.3.2.1", map[int][]any{2: names, 3: column(1, 1, 2)})
	s.table(DMAPrefix+".2.3.3.1", map[int][]any{2: names, 3: column(1, 1, 1), 4: column(400, 400, 200),
		5: column(56, 27, 2)})
	s.servers()
	s.table(DMAPrefix+".3.2.1.2.1", map[int][]any{
		2: names, 3: column(6, 3, 0), 4: column(41, 19, 0),
		5: column(120, 80, 40), 6: column(34, 18, 0), 7: column(60, 40, 20), 8: column(7, 1, 0),
		9: column(90, 58, 0), 10: column(25, 13, 0),
	})
	s.table(DMAPrefix+".3.3.1.2.1", map[int][]any{2: names, 3: column(170, 118, 0), 4: column(14, 10, 0)})
	return s
}

// servers adds the tables with a row for each server. Memory is in megabytes, buffers and cache are part of what is
// used.
func (s set) servers() {
	hosts := each(5, func(i int) identifying {
		return clusters[i/2] + identifying(fmt.Sprintf("-%d", i%2+1)) + domain
	})
	s.table(DMAPrefix+".2.4.1.1", map[int][]any{2: hosts, 3: column(23, 11, 19, 8, 4)})
	s.table(DMAPrefix+".2.4.2.1", map[int][]any{
		2: hosts, 3: column(15886, 15886, 15886, 15886, 7821), 4: column(4120, 3877, 4011, 3650, 1932),
		5: column(11204, 9341, 10120, 8870, 4115), 6: column(4682, 6545, 5766, 7016, 3706),
	})
	s.table(DMAPrefix+".2.4.3.1", map[int][]any{2: hosts, 3: column(8191, 8191, 8191, 8191, 4095),
		4: column(12, 0, 3, 0, 0)})
	s.table(DMAPrefix+".2.4.4.1", map[int][]any{
		2: hosts, 3: column(102400, 102400, 102400, 102400, 51200), 4: column(38110, 35212, 37904, 33817, 18022),
	})
	s.table(DMAPrefix+".2.4.5.1", map[int][]any{
		2: hosts, 3: column(20480, 20480, 20480, 20480, 10240), 4: column(6114, 4870, 5902, 4433, 2210),
	})
}
